namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="byte"/>: 1 byte, little-endian.</summary>
public static class ByteFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<byte> Instance { get; } = new(new UnmanagedLayout(1, 1, IsPrimitive: true), []);
}
