using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Complex"/>: the real and the imaginary part, two doubles.</summary>
public static class ComplexFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Complex> Instance { get; } = new(new UnmanagedLayout(16, 8), []);
}
