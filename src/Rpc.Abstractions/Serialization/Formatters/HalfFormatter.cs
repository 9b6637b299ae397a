#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Half"/>: its 2 bytes.</summary>
public static class HalfFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Half> Instance { get; } = new(new UnmanagedLayout(2, 2), []);
}
#endif
