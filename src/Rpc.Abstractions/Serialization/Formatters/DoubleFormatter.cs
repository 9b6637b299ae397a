namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="double"/>: 8 bytes, little-endian.</summary>
public static class DoubleFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<double> Instance { get; } = new(new UnmanagedLayout(8, 8, IsPrimitive: true), []);
}
