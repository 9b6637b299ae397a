namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="sbyte"/>: 1 byte, little-endian.</summary>
public static class SByteFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<sbyte> Instance { get; } = new(new UnmanagedLayout(1, 1, IsPrimitive: true), []);
}
