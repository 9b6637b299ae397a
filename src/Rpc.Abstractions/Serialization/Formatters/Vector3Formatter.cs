using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Vector3"/>: three floats.</summary>
public static class Vector3Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Vector3> Instance { get; } = new(new UnmanagedLayout(12, 4), []);
}
