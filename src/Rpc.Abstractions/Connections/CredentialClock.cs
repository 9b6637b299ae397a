namespace Rpc.Connections;

/// <summary>Tells when credentials expire or have to be refreshed, however far away: the platform's timers end after some weeks.</summary>
internal sealed class CredentialClock : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly object _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly Action _due;
    private ITimer? _timer;
    private DateTimeOffset _at = DateTimeOffset.MaxValue;
    private bool _disposed;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="due">Called once for each time that was set and not moved meanwhile; does not throw.</param>
    public CredentialClock(TimeProvider timeProvider, Action due)
    {
        _timeProvider = timeProvider;
        _due = due;
    }

    /// <summary>Sets the time, or none.</summary>
    public void Set(DateTimeOffset? at)
    {
        lock (_gate)
        {
            _at = at ?? DateTimeOffset.MaxValue;
            if (!_disposed && (at is not null || _timer is not null))
            {
                _timer ??= _timeProvider.CreateTimer(static state => ((CredentialClock)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(at is null ? Timeout.InfiniteTimeSpan : DueTime(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_disposed || _at == DateTimeOffset.MaxValue)
            {
                return;
            }

            if (_timeProvider.GetUtcNow() < _at)
            {
                _timer!.Change(DueTime(), Timeout.InfiniteTimeSpan);
                return;
            }

            _at = DateTimeOffset.MaxValue;
        }

        _due();
    }

    /// <summary>At least a millisecond: a timer that ticks early must not tick at once again.</summary>
    private TimeSpan DueTime()
    {
        var left = _at - _timeProvider.GetUtcNow();
        return left > s_longest ? s_longest : left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
    }
}
