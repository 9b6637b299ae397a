namespace Rpc.Transport.Tcp.Polling;

/// <summary>The clock of threads: real time, whatever a test's clock shows.</summary>
internal static class PollClock
{
    private static readonly long s_ticks = TimeProvider.System.TimestampFrequency / 1000;

    /// <summary>Units of <see cref="Timestamp"/> in a second.</summary>
    internal static long Frequency => TimeProvider.System.TimestampFrequency;

    /// <summary>The time since some moment.</summary>
    internal static long Timestamp => TimeProvider.System.GetTimestamp();

    /// <summary>Milliseconds since some moment.</summary>
    internal static long Now => TimeProvider.System.GetTimestamp() / s_ticks;
}
