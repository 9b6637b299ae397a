namespace Rpc.Transport.Udp.Internal;

/// <summary>Lets so many pass a second, and a burst at once. Not thread safe.</summary>
internal struct TokenBucket(double perSecond, double burst)
{
    private double _spent;
    private long _updated;

    /// <param name="now">The time (µs).</param>
    internal bool TryTake(long now)
    {
        _spent = Math.Max(0, _spent - ((now - _updated) * perSecond / 1_000_000));
        _updated = now;
        if (_spent + 1 > burst)
        {
            return false;
        }

        _spent++;
        return true;
    }
}
