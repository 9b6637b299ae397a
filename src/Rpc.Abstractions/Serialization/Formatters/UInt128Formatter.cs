#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="UInt128"/>: the lower half, then the upper.</summary>
public static class UInt128Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<UInt128> Instance { get; } = new(new UnmanagedLayout(16, 16), []);
}
#endif
