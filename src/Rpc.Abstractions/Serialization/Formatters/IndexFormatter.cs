namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Index"/>: i32, the complement of the value when it counts from the end.</summary>
public static class IndexFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Index> Instance { get; } = new(new UnmanagedLayout(4, 4), []);
}
