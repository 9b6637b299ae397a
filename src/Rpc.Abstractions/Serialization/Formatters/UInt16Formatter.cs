namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ushort"/>: 2 bytes, little-endian.</summary>
public static class UInt16Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<ushort> Instance { get; } = new(new UnmanagedLayout(2, 2, IsPrimitive: true), []);
}
