using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Vector2"/>: two floats.</summary>
public static class Vector2Formatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Vector2> Instance { get; } = new(new UnmanagedLayout(8, 4), []);
}
