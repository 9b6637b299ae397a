namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="int"/>: 4 bytes, little-endian.</summary>
public static class Int32Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<int> Instance { get; } = new(new UnmanagedLayout(4, 4, IsPrimitive: true), []);
}
