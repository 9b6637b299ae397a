namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>A clock that moves when it is told to, and tells when somebody waits for it. Thread safe.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Assert.Equal(Timeout.InfiniteTimeSpan, period);
        var timer = new ManualTimer(this, () => callback(state));
        lock (_lock)
        {
            timer.Due = _now + dueTime;
            _timers.Add(timer);
            foreach (var waiter in _waiters.Where(waiter => _timers.Count >= waiter.Count))
            {
                waiter.Reached.TrySetResult();
            }
        }

        return timer;
    }

    /// <summary>Ends when so many timers run.</summary>
    public Task WhenTimersRunAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_timers.Count >= count)
            {
                reached.SetResult();
            }

            _waiters.Add((count, reached));
            return reached.Task.WaitAsync(TestTimeouts.HangGuard);
        }
    }

    /// <summary>Moves the clock and runs what is due, on this thread.</summary>
    public void Advance(TimeSpan time)
    {
        ManualTimer[] due;
        lock (_lock)
        {
            _now += time;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due)
        {
            timer.Callback();
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, Action callback) : ITimer
    {
        public Action Callback { get; } = callback;

        public DateTimeOffset Due { get; set; }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose()
        {
            lock (owner._lock)
            {
                owner._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
