namespace Rpc.Connections;

/// <summary>A thread that runs batches of drains, one at a time, as the monitor sees it.</summary>
internal sealed class DrainWorker
{
    [ThreadStatic]
    private static DrainWorker? t_current;

    private readonly Thread _thread = Thread.CurrentThread;
    private Drain? _drain;

    private DrainWorker()
    {
    }

    /// <summary>That of the current thread.</summary>
    public static DrainWorker Current
    {
        get
        {
            if (t_current is null)
            {
                t_current = new DrainWorker();
                StallMonitor.Add(t_current);
            }

            return t_current;
        }
    }

    /// <summary>Whose batch it runs, or null.</summary>
    public Drain? Drain => Volatile.Read(ref _drain);

    /// <summary>Whether its thread waits for something now.</summary>
    public bool IsBlocked => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    /// <summary>Whether its thread has not ended.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Begins a batch.</summary>
    public void Enter(Drain drain)
    {
        // Seen by the monitor before this asks whether the monitor looks.
        Interlocked.Exchange(ref _drain, drain);
        StallMonitor.Watch();
    }

    /// <summary>Ends a batch.</summary>
    /// <param name="outer">The drain whose item began it, or null.</param>
    public void Leave(Drain? outer) => Volatile.Write(ref _drain, outer);
}
