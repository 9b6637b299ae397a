namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="TimeSpan"/>: its ticks as i64.</summary>
public static class TimeSpanFormatter
{
    /// <summary>The one instance.</summary>
    public static BlittableFormatter<TimeSpan> Instance { get; } = new(new UnmanagedLayout(8, 8), []);
}
