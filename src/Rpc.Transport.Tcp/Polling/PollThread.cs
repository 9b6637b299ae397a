namespace Rpc.Transport.Tcp.Polling;

/// <summary>A thread that leads a poller, or waits to.</summary>
internal sealed class PollThread(SocketPoller poller)
{
    // Waiting for a monitor's pulse does not spin.
    private readonly object _gate = new();
    private Thread? _thread;
    private bool _isDue;
    private int _epoch;

    /// <summary>Whether it waits for something now.</summary>
    internal bool IsBlocked => (_thread!.ThreadState & ThreadState.WaitSleepJoin) != 0;

    /// <summary>Whether it waited for something when it was deposed.</summary>
    internal volatile bool WasBlocked;

    /// <summary>When it was deposed, in the milliseconds of <see cref="PollClock.Now"/>.</summary>
    internal long DeposedAt { get; set; }

    /// <summary>The socket whose events it was given last.</summary>
    internal volatile PollTarget? Current;

    /// <summary>Leads in an epoch.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="interrupted">The socket that the leader before was deposed in.</param>
    internal void Start(int epoch, PollTarget? interrupted)
    {
        Current = interrupted;
        if (_thread is null)
        {
            _epoch = epoch;
            _thread = new Thread(Run) { IsBackground = true, Name = "Rpc sockets" };
            _thread.UnsafeStart();
            return;
        }

        lock (_gate)
        {
            _epoch = epoch;
            _isDue = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        Lead();
        while (poller.TryPark(this))
        {
            lock (_gate)
            {
                while (!_isDue)
                {
                    Monitor.Wait(_gate);
                }

                _isDue = false;
            }

            Lead();
        }
    }

    private void Lead()
    {
        var interrupted = Current;
        if (interrupted?.Resume() == true)
        {
            poller.CallAgain(interrupted);
        }

        poller.Lead(this, _epoch);
    }
}
