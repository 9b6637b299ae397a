namespace Rpc.Connections;

/// <summary>Notices, within about two milliseconds, that user code blocks a drain's worker, and lets another worker take over; within about twenty that
/// it computes.</summary>
/// <remarks>
/// One thread a process, asleep while no connection is at work. While one is, it wakes every millisecond and compares two numbers for each thread that runs
/// batches, however many connections there are: with a look at each connection 3,000 busy ones took 7 % of the server's time. Queuing each call to the pool
/// instead halves the throughput. A thread rather than a
/// timer, because timers run on the pool, which is what blocked handlers starve. For each worker that is blocked the pool's minimum
/// is raised by one, and lowered again when it returns, so that a starved pool does not take half a second to grow.
/// </remarks>
internal static class StallMonitor
{
    /// <summary>Milliseconds between two looks.</summary>
    private const int TickMilliseconds = 1;

    /// <summary>After so many looks at which nobody was at work it sleeps until somebody is.</summary>
    private const int SleepAfter = 64;

    /// <summary>The most threads that the pool's minimum is raised by.</summary>
    private const int MaxCompensation = 256;

    private static readonly Lock s_gate = new();
    private static readonly List<DrainWorker> s_workers = [];

    /// <summary>An event of the kernel: a semaphore that spins first kept a core busy, 48,000 yields a second, and made a call take 48 instead of 19 µs.</summary>
    private static readonly AutoResetEvent s_wake = new(false);
    private static int s_looks;
    private static bool s_started;
    private static int s_compensated;

    /// <summary>Looks after a thread for as long as it lives.</summary>
    public static void Add(DrainWorker worker)
    {
        lock (s_gate)
        {
            s_workers.Add(worker);
            if (!s_started)
            {
                s_started = true;
                new Thread(Run) { IsBackground = true, Name = "Rpc stall monitor" }.Start();
            }
        }
    }

    /// <summary>A batch has begun, and its worker says so.</summary>
    public static void Watch()
    {
        if (Volatile.Read(ref s_looks) == 0 && Interlocked.Exchange(ref s_looks, 1) == 0)
        {
            s_wake.Set();
        }
    }

    /// <summary>A worker that was blocked has come back.</summary>
    public static void Returned() => Compensate(-1);

    private static void Run()
    {
        while (true)
        {
            s_wake.WaitOne();
            for (var idle = 0; idle < SleepAfter; idle = Look() ? 0 : idle + 1)
            {
                // Nobody sets the event while this looks: it waits for the tick.
                s_wake.WaitOne(TickMilliseconds);
            }

            // Whoever begins a batch from here on wakes this; whoever has just begun one may have found that it looks.
            Interlocked.Exchange(ref s_looks, 0);
            if (Look())
            {
                Watch();
            }
        }
    }

    /// <summary>Looks at each thread once.</summary>
    /// <returns>Whether one is at work.</returns>
    private static bool Look()
    {
        var anyAtWork = false;
        lock (s_gate)
        {
            for (var i = s_workers.Count - 1; i >= 0; i--)
            {
                var worker = s_workers[i];
                if (worker.Drain is { } drain)
                {
                    anyAtWork = true;
                    if (drain.Check(worker))
                    {
                        Compensate(1);
                    }
                }
                else if (!worker.IsAlive)
                {
                    s_workers.RemoveAt(i);
                }
            }
        }

        return anyAtWork;
    }

    private static void Compensate(int delta)
    {
        var blocked = Interlocked.Add(ref s_compensated, delta);
        if (delta > 0 ? blocked <= MaxCompensation : blocked < MaxCompensation)
        {
            ThreadPool.GetMinThreads(out var workers, out var ports);
            ThreadPool.SetMinThreads(Math.Max(1, workers + delta), ports);
        }
    }
}
