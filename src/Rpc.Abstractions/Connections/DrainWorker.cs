namespace Rpc.Connections;

/// <summary>A thread that runs batches of drains, one at a time, as the monitor sees it.</summary>
internal sealed class DrainWorker
{
    [ThreadStatic]
    private static DrainWorker? t_current;

    private readonly Thread _thread = Thread.CurrentThread;
    private readonly StallMonitor _monitor;
    private Drain? _drain;

    private DrainWorker(StallMonitor monitor) => _monitor = monitor;

    /// <summary>That of the current thread.</summary>
    public static DrainWorker Current => t_current ?? Create(StallMonitor.Shared);

    /// <summary>Whose batch it runs, or null.</summary>
    public Drain? Drain => Volatile.Read(ref _drain);

    /// <summary>Whether its thread waits for something now.</summary>
    public bool IsBlocked => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0;

    /// <summary>Whether its thread has not ended.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Makes the current thread's, once, before it runs a batch.</summary>
    /// <param name="monitor">Who looks after it.</param>
    public static DrainWorker Create(StallMonitor monitor)
    {
        var worker = new DrainWorker(monitor);
        t_current = worker;
        monitor.Add(worker);
        return worker;
    }

    /// <summary>Begins a batch.</summary>
    public void Enter(Drain drain)
    {
        // Seen by the monitor before this asks whether the monitor looks.
        Interlocked.Exchange(ref _drain, drain);
        _monitor.Watch();
    }

    /// <summary>Ends a batch.</summary>
    /// <param name="outer">The drain whose item began it, or null.</param>
    public void Leave(Drain? outer) => Volatile.Write(ref _drain, outer);

    /// <summary>Comes back from an item whose batch was taken away meanwhile.</summary>
    public void Return() => _monitor.Returned();
}
