using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Vector4"/>: four floats.</summary>
public static class Vector4Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Vector4> Instance { get; } = new(new UnmanagedLayout(16, 4), []);
}
