namespace Rpc.Connections;

/// <summary>A token bucket: so many calls a second, a second's worth at once. Used by the reader alone.</summary>
internal sealed class CallRate
{
    private readonly TimeProvider _timeProvider;
    private readonly double _perSecond;
    private double _tokens;
    private long _last;

    public CallRate(int perSecond, TimeProvider timeProvider)
    {
        _perSecond = _tokens = perSecond;
        _timeProvider = timeProvider;
        _last = timeProvider.GetTimestamp();
    }

    public bool TryTake()
    {
        if (_tokens < 1)
        {
            var now = _timeProvider.GetTimestamp();
            _tokens = Math.Min(_perSecond, _tokens + _timeProvider.GetElapsedTime(_last, now).TotalSeconds * _perSecond);
            _last = now;
            if (_tokens < 1)
            {
                return false;
            }
        }

        _tokens--;
        return true;
    }
}
