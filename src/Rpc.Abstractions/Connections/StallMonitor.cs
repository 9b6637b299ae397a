namespace Rpc.Connections;

/// <summary>Notices, within about two milliseconds, that user code blocks a drain's worker, and lets another worker take over; within about twenty that
/// it computes.</summary>
/// <remarks>
/// One thread a process, asleep while no connection is at work. While one is, it wakes every millisecond and compares two numbers for each thread that runs
/// batches, however many connections there are: with a look at each connection 3,000 busy ones took 7 % of the server's time. Queuing each call to the pool
/// instead halves the throughput. A thread rather than a
/// timer, because timers run on the pool, which is what blocked handlers starve. For each batch that a blocked worker loses the pool's minimum
/// is raised by one, and lowered again when the worker returns, so that a starved pool does not take half a second to grow.
/// </remarks>
internal sealed class StallMonitor
{
    /// <summary>After so many looks at which nobody was at work it sleeps until somebody is.</summary>
    public const int SleepAfter = 64;

    private readonly Lock _gate = new();
    private readonly List<DrainWorker> _workers = [];
    private readonly IStallClock _clock;
    private readonly IStallPool _pool;
    private readonly StallCompensation _compensation;
    private int _looks;

    public StallMonitor(IStallClock clock, IStallPool pool)
    {
        _clock = clock;
        _pool = pool;
        _compensation = new StallCompensation(pool);
    }

    /// <summary>That of the process.</summary>
    public static StallMonitor Shared { get; } = Start();

    /// <summary>Looks after a thread for as long as it lives.</summary>
    public void Add(DrainWorker worker)
    {
        lock (_gate)
        {
            _workers.Add(worker);
        }
    }

    /// <summary>Whether it looks after a thread.</summary>
    public bool Contains(DrainWorker worker)
    {
        lock (_gate)
        {
            return _workers.Contains(worker);
        }
    }

    /// <summary>A batch has begun, and its worker says so.</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _looks) == 0 && Interlocked.Exchange(ref _looks, 1) == 0)
        {
            _clock.Wake();
        }
    }

    /// <summary>A worker that was blocked has come back.</summary>
    public void Returned() => _compensation.Returned();

    /// <summary>Looks at each tick while a thread is at work, until the clock ends it.</summary>
    public void Run()
    {
        while (_clock.WaitForWork())
        {
            for (var idle = 0; idle < SleepAfter; idle = Look() ? 0 : idle + 1)
            {
                _clock.WaitForTick();
            }

            // Whoever begins a batch from here on wakes this; whoever has just begun one may have found that it looks.
            Interlocked.Exchange(ref _looks, 0);
            if (Look())
            {
                Watch();
            }
        }
    }

    /// <summary>Looks at each thread once.</summary>
    /// <returns>Whether one is at work.</returns>
    public bool Look()
    {
        var anyAtWork = false;
        lock (_gate)
        {
            for (var i = _workers.Count - 1; i >= 0; i--)
            {
                var worker = _workers[i];
                if (worker.Drain is { } drain)
                {
                    anyAtWork = true;
                    Check(drain, worker);
                    for (var depth = worker.Depth - 1; depth >= 0; depth--)
                    {
                        CheckOuter(worker, depth);
                    }
                }
                else if (!worker.IsAlive)
                {
                    _workers.RemoveAt(i);
                }
            }
        }

        return anyAtWork;
    }

    private static StallMonitor Start()
    {
        var monitor = new StallMonitor(new StallClock(), new StallPool());
        new Thread(monitor.Run) { IsBackground = true, Name = "Rpc stall monitor" }.Start();
        return monitor;
    }

    /// <summary>Looks at a batch around another, unless its drain has a batch further in, which is the one that counts.</summary>
    private void CheckOuter(DrainWorker worker, int depth)
    {
        if (worker.Outer(depth) is not { } drain || drain == worker.Drain)
        {
            return;
        }

        for (var inner = worker.Depth - 1; inner > depth; inner--)
        {
            if (drain == worker.Outer(inner))
            {
                return;
            }
        }

        Check(drain, worker);
    }

    private void Check(Drain drain, DrainWorker worker)
    {
        if (drain.Check(worker))
        {
            _pool.TakeOver(drain);
            _compensation.Blocked();
        }
    }
}
