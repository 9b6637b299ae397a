namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="char"/>: 2 bytes, little-endian.</summary>
public static class CharFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<char> Instance { get; } = new(new UnmanagedLayout(2, 2, IsPrimitive: true), []);
}
