using System.Numerics;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Quaternion"/>: four floats, W last.</summary>
public static class QuaternionFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Quaternion> Instance { get; } = new(new UnmanagedLayout(16, 4), []);
}
