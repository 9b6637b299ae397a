namespace Rpc.Connections;

/// <summary>Notices that a peer is dead, unplugged or no longer reading. Any byte that arrives counts as life; a ping goes out only on silence.</summary>
/// <remarks>One timer a connection, set to the next time that something may have to be done. Thread safe.</remarks>
internal sealed class KeepAlive : IDisposable
{
    private readonly object _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _sendTimeout;
    private readonly IKeepAliveTarget _target;
    private readonly ITimer _timer;
    private long _lastActivity;
    private long _pingSent;
    private bool _awaiting;
    private long _writes;
    private long _writesSince;
    private bool _disposed;

    public KeepAlive(RpcConnectionOptions options, IKeepAliveTarget target)
    {
        _timeProvider = options.TimeProvider;
        _interval = options.KeepAliveInterval;
        _timeout = options.KeepAliveTimeout;
        _sendTimeout = options.Limits.SendTimeout;
        _target = target;
        _lastActivity = _writesSince = _timeProvider.GetTimestamp();
        _timer = _timeProvider.CreateTimer(static state => ((KeepAlive)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to watch.</summary>
    public void Start()
    {
        lock (_gate)
        {
            Arm(_interval);
        }
    }

    /// <summary>Begins to watch anew, over another transport.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                OnActivity();
                _awaiting = false;
                _writesSince = _timeProvider.GetTimestamp();
                Arm(_interval);
            }
        }
    }

    /// <summary>Something arrived. Called for every read.</summary>
    public void OnActivity() => Volatile.Write(ref _lastActivity, _timeProvider.GetTimestamp());

    /// <summary>How long ago something arrived last.</summary>
    public TimeSpan Silence => _timeProvider.GetElapsedTime(Volatile.Read(ref _lastActivity));

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void Tick()
    {
        var ping = false;
        string? dead = null;
        var reason = RpcCloseReason.KeepAliveTimeout;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = _timeProvider.GetTimestamp();
            var last = Volatile.Read(ref _lastActivity);
            var silence = _timeProvider.GetElapsedTime(last, now);
            var next = Timeout.InfiniteTimeSpan;
            if (_interval != Timeout.InfiniteTimeSpan)
            {
                next = Next(now, last, silence, out ping, out dead);
            }

            if (dead is null && IsStuck(now))
            {
                reason = RpcCloseReason.ResourceExhausted;
                dead = $"The peer has read nothing for {_sendTimeout.TotalSeconds:0.###} s.";
            }

            if (dead is null)
            {
                Arm(next);
            }
        }

        if (dead is not null)
        {
            _target.OnDead(reason, dead);
        }
        else
        {
            if (ping)
            {
                _target.SendPing();
            }

            _target.OnTick();
        }
    }

    private TimeSpan Next(long now, long last, TimeSpan silence, out bool ping, out string? dead)
    {
        ping = false;
        dead = null;
        if (_awaiting && last > _pingSent)
        {
            _awaiting = false;
        }

        if (!_awaiting)
        {
            if (silence < _interval)
            {
                return _interval - silence;
            }

            _awaiting = true;
            _pingSent = now;
            ping = true;
            return _timeout;
        }

        var waited = _timeProvider.GetElapsedTime(_pingSent, now);
        if (waited < _timeout)
        {
            return _timeout - waited;
        }

        dead = $"Nothing was heard from the peer for {silence.TotalSeconds:0.###} s.";
        return Timeout.InfiniteTimeSpan;
    }

    private bool IsStuck(long now)
    {
        var (completed, pending) = _target.SendProgress;
        if (!pending || completed != _writes)
        {
            _writes = completed;
            _writesSince = now;
            return false;
        }

        return _timeProvider.GetElapsedTime(_writesSince, now) >= _sendTimeout;
    }

    private void Arm(TimeSpan next)
    {
        // The send timeout is looked at in thirds, so that it is noticed at most a third late.
        var look = TimeSpan.FromTicks(_sendTimeout.Ticks / 3);
        var due = next == Timeout.InfiniteTimeSpan || next > look ? look : next;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
