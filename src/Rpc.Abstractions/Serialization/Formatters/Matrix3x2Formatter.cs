using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Matrix3x2"/>: six floats, row by row.</summary>
public static class Matrix3x2Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Matrix3x2> Instance { get; } = new(new UnmanagedLayout(24, 4), []);
}
