namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ulong"/>: 8 bytes, little-endian.</summary>
public static class UInt64Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<ulong> Instance { get; } = new(new UnmanagedLayout(8, 8, IsPrimitive: true), []);
}
