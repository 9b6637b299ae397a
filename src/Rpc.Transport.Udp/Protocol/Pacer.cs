namespace Rpc.Transport.Udp.Protocol;

/// <summary>Spreads packets over the round trip: RFC 9002, section 7.7. A bucket of bytes that fills at 1.25 windows a round trip.</summary>
internal sealed class Pacer
{
    private const long Burst = 4 * Packet.MaxSize;

    /// <summary>Timers come up to this late (µs); the bucket holds what they would have let through.</summary>
    private const long TimerSlack = 2_000;

    private double _tokens = 10 * Packet.MaxSize;
    private long _updated;

    /// <summary>When a packet may leave: now or in the past, or a time to come.</summary>
    internal long NextSend(long now, long window, long smoothedRtt)
    {
        var rate = 1.25 * window / Math.Max(smoothedRtt, 1);
        Fill(now, rate);
        return _tokens >= Packet.MaxSize ? now : now + (long)Math.Ceiling((Packet.MaxSize - _tokens) / rate);
    }

    internal void OnSent(int bytes) => _tokens -= bytes;

    private void Fill(long now, double rate)
    {
        // The initial window may leave at once; after that the capacity follows the rate.
        var capacity = Math.Max(Burst, rate * TimerSlack);
        _tokens = _updated == 0 ? Math.Max(_tokens, capacity) : Math.Min(Math.Max(_tokens, capacity), _tokens + (rate * (now - _updated)));
        _updated = Math.Max(now, 1);
    }
}
