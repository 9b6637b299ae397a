using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Matrix4x4"/>: sixteen floats, row by row.</summary>
public static class Matrix4x4Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Matrix4x4> Instance { get; } = new(new UnmanagedLayout(64, 4), []);
}
