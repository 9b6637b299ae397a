namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="long"/>: 8 bytes, little-endian.</summary>
public static class Int64Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<long> Instance { get; } = new(new UnmanagedLayout(8, 8, IsPrimitive: true), []);
}
