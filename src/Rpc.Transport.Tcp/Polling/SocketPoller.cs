using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>Waits for the sockets of many connections on one thread and runs whoever waits for them right there: no hop to the pool, whose threads
/// spin for work, lies between the arrival of bytes and what is done with them.</summary>
/// <remarks>
/// <para>What runs may be the code of a user, which may block. So the thread is not the poller: it leads it, in an epoch. It takes events off the batch with
/// a compare-and-swap of epoch and index, and a leader that was in one event for longer than a tick (<see cref="Check"/>) is deposed: another thread goes on with the
/// next event, and the old one finds out when it returns. A socket whose event blocked is run on the pool for a while (<see cref="PollTarget.Demote"/>), so that a
/// handler that blocks again and again does not hold up its neighbours again and again.</para>
/// <para>Measured on two cores against the sockets of the platform, both processes polling: <c>fanin</c> 0.8 to 1.5 million calls a second, processor time a
/// call halved.</para>
/// </remarks>
internal sealed unsafe class SocketPoller
{
    private const int MaxEvents = 256;

    /// <summary>The index of a leader that waits for events.</summary>
    private const int Idle = int.MaxValue;

    /// <summary>How often to look for events, and give the processor to whoever wants it, before waiting for them: about 100 µs. Two cores of a virtual machine: with 200,
    /// 100, 50, 20 and 0 looks <c>pipelined</c> 2.7, 2.2, 1.8, 1.7 and 1.6 million calls a second, p50 of one call at a time 9, 10, 10, 14 and 66 µs: waking a core that has gone to
    /// sleep is what takes the time.</summary>
    private const int SpinRounds = 200;

    /// <summary>Looking in vain makes the next wait go without, then three, seven, at most so many: a connection that is used now and then burns nothing.</summary>
    private const int MostSpinsSkipped = 63;

    /// <summary>A wait that ends sooner than this (150 µs, a third of which is the waking) would almost have been spared: the next looks again. Else whoever is a little slower than the looks are
    /// long stays slow: <c>echo64k</c> 1,018 to 1,233 MB/s, with sessions 860 to 1,058.</summary>
    private static readonly long s_shortWait = PollClock.Frequency * 150 / 1_000_000;

    /// <summary>A leader that is seen to wait so often in a row is blocked. Seen once, it may have waited for a lock whose owner lost its processor.</summary>
    private const int BlockedTicks = 2;

    /// <summary>A leader that does not wait may have lost its processor for a moment; it gets so many ticks.</summary>
    private const int TicksWithoutProcessor = 4;

    /// <summary>Milliseconds after which even that is no excuse.</summary>
    private const int LongEvent = 20;

    private static readonly object s_gate = new();

    /// <summary>A processor is left to what does not run here. With both of two, <c>fanin</c> 2.1 instead of 1.5 million calls a second, <c>broadcast</c> 2.8 instead of 3.9.</summary>
    private static readonly SocketPoller?[] s_pollers = new SocketPoller?[Math.Clamp(Environment.ProcessorCount - 1, 1, 64)];

    private readonly int _epoll = Epoll.Create();
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed(MaxEvents * 16);
    private readonly PollTable<PollTarget> _table = new();

    /// <summary>Those that have more to do.</summary>
    private readonly Queue<PollTarget> _again = new();
    private volatile int _againCount;
    private int _count;
    private int _spinCount;
    private int _spinning;

    // The leader's own.
    private int _spinsSkipped;
    private int _spinsToSkip;

    // Epoch in the upper half, index of the next event in the lower one; Idle while the leader waits. A leader goes idle by a compare-and-swap, so that nobody is deposed
    // while he waits: two that wait would write to the same events.
    private long _cursor;

    // How far the monitor saw the leader at its last tick.
    private long _seenCursor = -1;
    private int _seenStep;
    private int _stalledTicks;
    private int _blockedTicks;
    private PollThread _leader;
    private PollThread? _parked;

    private SocketPoller()
    {
        _leader = new PollThread(this);
        _leader.Start(0, interrupted: null);
    }

    /// <summary>Whether this system has what it takes.</summary>
    internal static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsAndroid();

    /// <summary>Whether the monitor has this poller in its list; the monitor's own.</summary>
    internal volatile bool IsWatched;

    /// <summary>How many ticks of the monitor it has been idle for; the monitor's own.</summary>
    internal int IdleTicks;

    /// <summary>Watches a socket from now on, by the poller that has fewest.</summary>
    /// <param name="socket">What its events go to.</param>
    /// <param name="spinCount">How often to look for events before waiting for them, while it is there.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The system has no room for one more.</exception>
    internal static SocketPoller Attach(PollTarget socket, int spinCount)
    {
        var poller = Choose();
        poller.Add(socket, spinCount);
        return poller;
    }

    /// <summary>No events are wanted any more. Once for each socket.</summary>
    internal void Detach(PollTarget socket, int spinCount)
    {
        _table.Remove(socket);
        if (spinCount > 0 && Interlocked.Decrement(ref _spinning) == 0)
        {
            _spinCount = 0;
        }
    }

    /// <summary>Leads until deposed.</summary>
    internal void Lead(PollThread thread, int epoch)
    {
        while (true)
        {
            while (TryTake(epoch, out var events, out var data))
            {
                if (_table.Find(data) is { } socket && !TryRun(thread, epoch, socket, events))
                {
                    return;
                }
            }

            for (var left = _againCount; left > 0 && TryTakeAgain(epoch, out var again); left--)
            {
                if (!TryRun(thread, epoch, again, Epoll.In))
                {
                    return;
                }
            }

            if (!TryGoIdle(epoch))
            {
                return;
            }

            thread.Current = null;
            _count = _againCount > 0 ? Epoll.Wait(_epoll, _events, MaxEvents, timeout: 0) : Wait();

            // Seen by the monitor before this asks whether the monitor looks.
            Interlocked.Exchange(ref _cursor, Cursor(epoch, 0));
            PollMonitor.Watch(this);
        }
    }

    /// <summary>Gives a socket its events again, once the others have had theirs. Thread safe.</summary>
    internal void CallAgain(PollTarget socket)
    {
        lock (_again)
        {
            _again.Enqueue(socket);
            _againCount = _again.Count;
        }
    }

    /// <summary>Parks a thread that was deposed, for the next time that one is needed.</summary>
    /// <returns>False when one is parked already.</returns>
    internal bool TryPark(PollThread thread) => Interlocked.CompareExchange(ref _parked, thread, null) is null;

    /// <summary>Called by the monitor at each tick: another thread leads if the present one has made no progress since the last.</summary>
    /// <returns>False when idle.</returns>
    internal bool Check()
    {
        var cursor = Volatile.Read(ref _cursor);
        if ((int)cursor == Idle)
        {
            _seenCursor = -1;
            return false;
        }

        var step = _leader.Current?.Step ?? 0;
        if (cursor != _seenCursor || step != _seenStep)
        {
            (_seenCursor, _seenStep) = (cursor, step);
            _stalledTicks = _blockedTicks = 0;
            return true;
        }

        _blockedTicks = _leader.IsBlocked ? _blockedTicks + 1 : 0;
        var isBlocked = _blockedTicks == BlockedTicks;
        if (++_stalledTicks < TicksWithoutProcessor && !isBlocked)
        {
            return true;
        }

        // The leader may still take an event or go idle between the read above and this swap; then it has made progress.
        _leader.WasBlocked = isBlocked;
        _leader.DeposedAt = PollClock.Now;
        var epoch = unchecked((int)(cursor >> 32) + 1);
        if (Interlocked.CompareExchange(ref _cursor, Cursor(epoch, (int)cursor), cursor) == cursor)
        {
            var deposed = _leader;
            _leader = Interlocked.Exchange(ref _parked, null) ?? new PollThread(this);
            _leader.Start(epoch, deposed.Current);
        }

        return true;
    }

    // False: deposed.
    private bool TryRun(PollThread thread, int epoch, PollTarget socket, uint events)
    {
        thread.Current = socket;
        bool isMore;
        do
        {
            isMore = socket.OnEvents(events);
            if ((int)(Volatile.Read(ref _cursor) >> 32) == epoch)
            {
                if (isMore)
                {
                    CallAgain(socket);
                }

                return true;
            }
        }
        while (isMore);

        if (thread.WasBlocked || PollClock.Now - thread.DeposedAt > LongEvent)
        {
            socket.Demote();
        }

        return false;
    }

    private static long Cursor(int epoch, int index) => ((long)epoch << 32) | (uint)index;

    private static SocketPoller Choose()
    {
        lock (s_gate)
        {
            var best = 0;
            for (var i = 0; i < s_pollers.Length; i++)
            {
                if (s_pollers[i] is not { } poller)
                {
                    return s_pollers[best]?._table.Count == 0 ? s_pollers[best]! : s_pollers[i] = new SocketPoller();
                }

                if (poller._table.Count < s_pollers[best]!._table.Count)
                {
                    best = i;
                }
            }

            return s_pollers[best]!;
        }
    }

    private void Add(PollTarget socket, int spinCount)
    {
        if (spinCount > 0)
        {
            Interlocked.Increment(ref _spinning);
            _spinCount = Math.Max(_spinCount, spinCount);
        }

        try
        {
            Epoll.Watch(_epoll, socket.Handle, socket.Interest, _table.Add(socket));
        }
        catch
        {
            Detach(socket, spinCount);
            throw;
        }
    }

    /// <summary>Waits for events, after having looked for them for a while where that has paid lately.</summary>
    private int Wait()
    {
        var isAsked = Volatile.Read(ref _spinCount) > 0;
        if (_spinsToSkip > 0 && !isAsked)
        {
            _spinsToSkip--;
        }
        else
        {
            for (var i = Math.Max(SpinRounds, _spinCount); i > 0; i--)
            {
                var count = Epoll.Wait(_epoll, _events, MaxEvents, timeout: 0);
                if (count > 0)
                {
                    _spinsSkipped = 0;
                    return count;
                }

                Thread.Yield();
            }

            _spinsSkipped = Math.Min((_spinsSkipped * 2) + 1, MostSpinsSkipped);
            _spinsToSkip = _spinsSkipped;
        }

        var start = PollClock.Timestamp;
        var events = Epoll.Wait(_epoll, _events, MaxEvents, timeout: -1);
        if (PollClock.Timestamp - start < s_shortWait)
        {
            _spinsSkipped = 0;
            _spinsToSkip = 0;
        }

        return events;
    }

    /// <summary>Gives up the batch, of which nothing is left; false when deposed.</summary>
    private bool TryGoIdle(int epoch)
    {
        var cursor = Volatile.Read(ref _cursor);
        return (int)(cursor >> 32) == epoch && Interlocked.CompareExchange(ref _cursor, Cursor(epoch, Idle), cursor) == cursor;
    }

    private bool TryTake(int epoch, out uint events, out ulong data)
    {
        var cursor = Volatile.Read(ref _cursor);
        var index = (int)cursor;
        if ((int)(cursor >> 32) != epoch || index >= _count)
        {
            events = 0;
            data = 0;
            return false;
        }

        events = Epoll.Read(_events, index, out data);
        return Interlocked.CompareExchange(ref _cursor, cursor + 1, cursor) == cursor;
    }

    // As with an event, the monitor sees the progress.
    private bool TryTakeAgain(int epoch, [NotNullWhen(true)] out PollTarget? socket)
    {
        var cursor = Volatile.Read(ref _cursor);
        if ((int)(cursor >> 32) != epoch || Interlocked.CompareExchange(ref _cursor, cursor + 1, cursor) != cursor)
        {
            socket = null;
            return false;
        }

        lock (_again)
        {
            var any = _again.TryDequeue(out socket);
            _againCount = _again.Count;
            return any;
        }
    }
}
