namespace Rpc.Transport.Tcp.Polling;

/// <summary>The clock of threads: real time, whatever a test's clock shows.</summary>
internal static class PollClock
{
    private static readonly long s_ticks = TimeProvider.System.TimestampFrequency / 1000;

    /// <summary>Milliseconds since some moment.</summary>
    internal static long Now => TimeProvider.System.GetTimestamp() / s_ticks;
}
