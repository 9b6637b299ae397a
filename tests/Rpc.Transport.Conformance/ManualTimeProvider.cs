namespace Rpc.Transport.Conformance;

/// <summary>A clock that stands still until it is advanced. Thread safe.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waits = [];
    private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until so many timers are running.</summary>
    public Task WhenTimersAsync(int count)
    {
        lock (_gate)
        {
            if (_timers.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>Moves the clock on, and runs what falls due, in order, on this thread.</summary>
    public void Advance(TimeSpan span)
    {
        var end = GetUtcNow() + span;
        while (true)
        {
            Timer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(static timer => timer.Due);
                _now = next?.Due ?? end;
                next?.Fired();
            }

            if (next is null)
            {
                return;
            }

            next.Callback(next.State);
        }
    }

    private sealed class Timer(ManualTimeProvider provider, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        internal TimerCallback Callback { get; } = callback;

        internal object? State { get; } = state;

        internal DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (provider._gate)
            {
                provider._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = provider._now + dueTime;
                    provider._timers.Add(this);
                }

                foreach (var (_, reached) in provider._waits.Where(wait => wait.Count <= provider._timers.Count).ToList())
                {
                    reached.TrySetResult();
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        internal void Fired()
        {
            provider._timers.Remove(this);
            if (_period > TimeSpan.Zero)
            {
                Due += _period;
                provider._timers.Add(this);
            }
        }
    }
}
