namespace Rpc.Transport.Udp.Internal;

/// <summary>The time as the protocol counts it: µs since the clock was made, beginning with a second.</summary>
internal sealed class Clock(TimeProvider timeProvider)
{
    private const long Start = 1_000_000;

    private readonly long _origin = timeProvider.GetTimestamp();

    internal TimeProvider TimeProvider => timeProvider;

    internal long Now => Start + ToMicroseconds(timeProvider.GetElapsedTime(_origin));

    internal static long ToMicroseconds(TimeSpan span) => span.Ticks / (TimeSpan.TicksPerMillisecond / 1000);
}
