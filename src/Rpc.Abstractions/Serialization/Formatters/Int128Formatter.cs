#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Int128"/>: the lower half, then the upper.</summary>
public static class Int128Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Int128> Instance { get; } = new(new UnmanagedLayout(16, 16), []);
}
#endif
