using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Plane"/>: the normal and D, four floats.</summary>
public static class PlaneFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Plane> Instance { get; } = new(new UnmanagedLayout(16, 4), []);
}
