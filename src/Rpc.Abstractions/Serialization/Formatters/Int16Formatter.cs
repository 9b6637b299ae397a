namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="short"/>: 2 bytes, little-endian.</summary>
public static class Int16Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<short> Instance { get; } = new(new UnmanagedLayout(2, 2, IsPrimitive: true), []);
}
