namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Range"/>: its start and end.</summary>
public static class RangeFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<Range> Instance { get; } = new(new UnmanagedLayout(8, 4), []);
}
