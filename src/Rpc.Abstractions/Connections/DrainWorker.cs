namespace Rpc.Connections;

/// <summary>A thread that runs batches of drains, as the monitor sees it. An item may begin a batch of another drain: the first is held up then by
/// whatever the second does, so that the monitor looks at each of them.</summary>
internal sealed class DrainWorker
{
    [ThreadStatic]
    private static DrainWorker? t_current;

    private readonly Thread _thread = Thread.CurrentThread;
    private readonly StallMonitor _monitor;
    private Drain? _drain;

    // Those around _drain, the outermost first. The monitor may see one that has ended meanwhile, which a drain notices.
    private Drain?[] _outer = [];
    private int _depth;

    private DrainWorker(StallMonitor monitor) => _monitor = monitor;

    /// <summary>That of the current thread.</summary>
    public static DrainWorker Current => t_current ?? Create(StallMonitor.Shared);

    /// <summary>Whose batch it runs, the innermost, or null.</summary>
    public Drain? Drain => Volatile.Read(ref _drain);

    /// <summary>How many batches there are around that one.</summary>
    public int Depth => Volatile.Read(ref _depth);

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

    /// <summary>One of the batches around the innermost, or null if it has ended meanwhile.</summary>
    /// <param name="index">From 0, the outermost, to <see cref="Depth"/>.</param>
    public Drain? Outer(int index)
    {
        var outer = Volatile.Read(ref _outer);
        return index < outer.Length ? Volatile.Read(ref outer[index]) : null;
    }

    /// <summary>Begins a batch.</summary>
    public void Enter(Drain drain)
    {
        if (_drain is { } outer)
        {
            if (_depth == _outer.Length)
            {
                var more = new Drain?[Math.Max(4, _depth * 2)];
                _outer.CopyTo(more, 0);
                Volatile.Write(ref _outer, more);
            }

            Volatile.Write(ref _outer[_depth], outer);
            Volatile.Write(ref _depth, _depth + 1);
        }

        // Seen by the monitor before this asks whether the monitor looks.
        Interlocked.Exchange(ref _drain, drain);
        _monitor.Watch();
    }

    /// <summary>Ends the innermost batch.</summary>
    public void Leave()
    {
        Drain? outer = null;
        if (_depth > 0)
        {
            outer = _outer[_depth - 1];
            Volatile.Write(ref _outer[_depth - 1], null);
            Volatile.Write(ref _depth, _depth - 1);
        }

        Volatile.Write(ref _drain, outer);
    }

    /// <summary>Comes back from an item whose batch was taken away meanwhile.</summary>
    public void Return() => _monitor.Returned();
}
