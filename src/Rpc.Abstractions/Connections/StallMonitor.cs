namespace Rpc.Connections;

/// <summary>Notices, within about two milliseconds, that user code blocks a drain's worker, and lets another worker take over; within about twenty that
/// it computes.</summary>
/// <remarks>
/// One thread a process, asleep while no connection is at work. While one is, it wakes every millisecond and compares two numbers a
/// connection; measured at under 1 % of a core, where queuing each call to the pool instead halves the throughput. A thread rather than a
/// timer, because timers run on the pool, which is what blocked handlers starve. For each worker that is blocked the pool's minimum
/// is raised by one, and lowered again when it returns, so that a starved pool does not take half a second to grow.
/// </remarks>
internal static class StallMonitor
{
    /// <summary>Milliseconds between two looks.</summary>
    private const int TickMilliseconds = 1;

    /// <summary>A drain that has been idle for so many looks is forgotten until its next batch.</summary>
    private const int ForgetAfter = 64;

    /// <summary>The most threads that the pool's minimum is raised by.</summary>
    private const int MaxCompensation = 256;

    private static readonly Lock s_gate = new();
    private static readonly List<Drain> s_drains = [];

    /// <summary>An event of the kernel: a semaphore that spins first kept a core busy, 48,000 yields a second, and made a call take 48 instead of 19 µs.</summary>
    private static readonly AutoResetEvent s_wake = new(false);
    private static bool s_started;
    private static int s_compensated;

    /// <summary>Looks after a drain from now on.</summary>
    public static void Watch(Drain drain)
    {
        if (drain.Watched)
        {
            return;
        }

        lock (s_gate)
        {
            if (drain.Watched)
            {
                return;
            }

            drain.Watched = true;
            drain.IdleTicks = 0;
            s_drains.Add(drain);
            if (s_drains.Count == 1)
            {
                s_wake.Set();
            }

            if (!s_started)
            {
                s_started = true;
                new Thread(Loop) { IsBackground = true, Name = "Rpc stall monitor" }.Start();
            }
        }
    }

    /// <summary>A worker that was blocked has come back.</summary>
    public static void Returned() => Compensate(-1);

    private static void Loop()
    {
        while (true)
        {
            s_wake.WaitOne();
            while (Look())
            {
                // Nobody sets the event while the list has entries: this waits for the tick.
                s_wake.WaitOne(TickMilliseconds);
            }
        }
    }

    private static bool Look()
    {
        lock (s_gate)
        {
            for (var i = s_drains.Count - 1; i >= 0; i--)
            {
                var drain = s_drains[i];
                switch (drain.Check())
                {
                    case 0 when ++drain.IdleTicks > ForgetAfter:
                        // It may have begun to work since, and have found that it is watched: then it stays.
                        drain.Watched = false;
                        if (drain.Check() != 0)
                        {
                            drain.Watched = true;
                            drain.IdleTicks = 0;
                            break;
                        }

                        s_drains[i] = s_drains[s_drains.Count - 1];
                        s_drains.RemoveAt(s_drains.Count - 1);
                        break;
                    case 1:
                        drain.IdleTicks = 0;
                        break;
                    case 2:
                        drain.IdleTicks = 0;
                        Compensate(1);
                        break;
                }
            }

            return s_drains.Count > 0;
        }
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
