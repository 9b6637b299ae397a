namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="float"/>: 4 bytes, little-endian.</summary>
public static class SingleFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<float> Instance { get; } = new(new UnmanagedLayout(4, 4, IsPrimitive: true), []);
}
