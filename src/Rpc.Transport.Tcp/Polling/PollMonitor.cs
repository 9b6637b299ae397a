namespace Rpc.Transport.Tcp.Polling;

/// <summary>Notices within about three milliseconds that a poller's thread is held up by what it runs.</summary>
/// <remarks>One thread a process, asleep while nothing arrives anywhere. While something does, it wakes every millisecond and compares two numbers a poller.</remarks>
internal static class PollMonitor
{
    /// <summary>Milliseconds between two looks.</summary>
    private const int TickMilliseconds = 1;

    /// <summary>A poller that has been idle for so many looks is forgotten until its next event.</summary>
    private const int ForgetAfter = 64;

    private static readonly object s_gate = new();
    private static readonly List<SocketPoller> s_pollers = [];
    private static readonly AutoResetEvent s_wake = new(false);
    private static bool s_isStarted;

    /// <summary>Looks after a poller from now on.</summary>
    internal static void Watch(SocketPoller poller)
    {
        if (!poller.IsWatched)
        {
            Add(poller);
        }
    }

    private static void Add(SocketPoller poller)
    {
        lock (s_gate)
        {
            if (poller.IsWatched)
            {
                return;
            }

            poller.IsWatched = true;
            poller.IdleTicks = 0;
            s_pollers.Add(poller);
            if (s_pollers.Count == 1)
            {
                s_wake.Set();
            }

            if (!s_isStarted)
            {
                s_isStarted = true;
                new Thread(Run) { IsBackground = true, Name = "Rpc socket monitor" }.UnsafeStart();
            }
        }
    }

    private static void Run()
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
            for (var i = s_pollers.Count - 1; i >= 0; i--)
            {
                var poller = s_pollers[i];
                if (poller.Check())
                {
                    poller.IdleTicks = 0;
                }
                else if (++poller.IdleTicks > ForgetAfter)
                {
                    // It may have begun to work since, and have found that it is watched: then it stays.
                    poller.IsWatched = false;
                    Interlocked.MemoryBarrier();
                    poller.IsWatched = poller.Check();
                    if (!poller.IsWatched)
                    {
                        s_pollers.RemoveAt(i);
                    }
                }
            }

            return s_pollers.Count > 0;
        }
    }
}
