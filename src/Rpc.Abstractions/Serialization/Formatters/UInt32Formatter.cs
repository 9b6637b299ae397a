namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="uint"/>: 4 bytes, little-endian.</summary>
public static class UInt32Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<uint> Instance { get; } = new(new UnmanagedLayout(4, 4, IsPrimitive: true), []);
}
