using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rpc.Transport.Tcp.Polling;
using Rpc.Transport.Udp.Internal;

namespace Rpc.Transport.Udp.Linux;

/// <summary>A UDP socket on a poll thread. Datagrams of one sender that came together are received in one call, and those to one receiver sent in one.</summary>
/// <remarks>
/// <para>A thread of the poller drives: it receives what is there, and then lets the connections take their turns, in which the code of users runs, right there. When a turn takes too long,
/// another thread leads the poller; it takes the driving over too, and the old one finds out when its turn ends. Whoever receives is never disturbed.</para>
/// <para>Its asynchronous operations must never have been used: they would make the platform's own poller wake a thread for each arrival too.</para>
/// </remarks>
internal sealed class PolledDatagramSocket : PollTarget, IDatagramSocket, IThreadPoolWorkItem
{
    /// <summary>Datagrams after which the connections may answer though more are waiting.</summary>
    private const int BatchSize = 64;

    /// <summary>Waiting turns for each thread that helps with them.</summary>
    private const int TurnsOfHelper = 4;

    private const int Idle = 0;

    /// <summary>Somebody receives.</summary>
    private const int Receiving = 1;

    /// <summary>Somebody receives, and more was reported since.</summary>
    private const int ReceivingMore = 2;

    /// <summary>A connection has its turn.</summary>
    private const int Turning = 3;

    private const int Closed = 4;

    /// <summary>The states' bits; above them stands the number of the driver.</summary>
    private const int StateBits = 3;

    private const long StateMask = (1 << StateBits) - 1;

    [ThreadStatic]
    private static byte[]? t_buffer;

    /// <summary>Threads of the pool that may help with the turns: a processor is the driver's, another is left to what does not run here.</summary>
    private static readonly int s_helpers = Math.Max(0, Environment.ProcessorCount - 2);

    private readonly Socket _socket;
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DatagramAddress _from;
    private readonly bool _isConnected;
    private volatile bool _canCut;
    private SocketPoller? _poller;
    private IDatagramHandler? _handler;
    private UdpConnection? _late;
    private long _driver;
    private volatile int _step;
    private int _helpers;

    /// <summary>Takes over a socket.</summary>
    /// <param name="socket">The socket, bound.</param>
    /// <param name="offload">Whether the system may cut and join datagrams, where it can.</param>
    internal PolledDatagramSocket(Socket socket, bool offload)
    {
        _socket = socket;
        _isConnected = socket.Connected;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _from = DatagramAddress.Create(socket.AddressFamily);
        if (offload)
        {
            _canCut = DatagramCalls.CanCut(socket);
            DatagramCalls.Join(socket);
        }
    }

    public IPEndPoint LocalEndPoint { get; }

    public Task Stopped => _stopped.Task;

    internal override SafeHandle Handle => _socket.SafeHandle;

    internal override uint Interest => Epoll.In;

    public void Start(IDatagramHandler handler)
    {
        _handler = handler;
        _poller = SocketPoller.Attach(this, spinCount: 0);
    }

    public void Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress? address)
    {
        var name = address is null ? default : address.Value.Buffer.Span[..address.Value.Size];
        try
        {
            if (_canCut && datagrams.Length > size)
            {
                var error = Send(datagrams, size, name);
                if (error is not (ErrorNumber.InputOutput or ErrorNumber.InvalidArgument or ErrorNumber.MessageSize))
                {
                    return;
                }

                // The device cannot, or what the system takes for this path's limit is shorter than the pieces: which any forged report makes it believe, of one path.
                _canCut = error != ErrorNumber.InputOutput;
            }

            while (!datagrams.IsEmpty)
            {
                var length = Math.Min(size, datagrams.Length);
                Send(datagrams[..length], length, name);
                datagrams = datagrams[length..];
            }
        }
        catch (ObjectDisposedException)
        {
            // Lost, as datagrams may be.
        }
    }

    public void Dispose()
    {
        Close();
        _socket.Dispose();
    }

    internal override int Step => _step;

    internal override bool OnEvents(uint events) => TryDrive();

    internal override bool Resume() => TryDrive();

    // By the thread whose turn took too long, right after it: of its connection alone the next turns are the pool's.
    internal override void Demote() => Interlocked.Exchange(ref _late, null)?.Demotion.Begin(PollClock.Now);

    /// <summary>Helps with the turns.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref _helpers);
        while (_handler!.TryTakeTurn(out var connection))
        {
            connection.OnBatchEnd();
        }
    }

    private int Send(ReadOnlySpan<byte> datagrams, int size, ReadOnlySpan<byte> name)
    {
        // A second time: the first may have been answered with the error of a datagram before.
        var error = DatagramCalls.Send(_socket.SafeHandle, datagrams, size, name);
        return error == 0 ? 0 : DatagramCalls.Send(_socket.SafeHandle, datagrams, size, name);
    }

    // Drives, unless somebody receives, who will look again, or the socket is closed.
    private bool TryDrive()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _driver);
            switch (seen & StateMask)
            {
                case Closed or ReceivingMore:
                    return false;

                case Receiving:
                    if (Interlocked.CompareExchange(ref _driver, (seen & ~StateMask) | ReceivingMore, seen) == seen)
                    {
                        return false;
                    }

                    break;

                default:
                    var driver = (seen & ~StateMask) + (1 << StateBits);
                    if (Interlocked.CompareExchange(ref _driver, driver | Receiving, seen) == seen)
                    {
                        return Drive(driver);
                    }

                    break;
            }
        }
    }

    // Whether there is more to do, by whoever drives next.
    private bool Drive(long driver)
    {
        var isMore = Receive();
        CallHelpers();
        while (_handler!.TryTakeTurn(out var connection))
        {
            if (!TryTurn(connection, driver, ref isMore))
            {
                return false;
            }
        }

        return TryMove(driver, Idle, ref isMore) && isMore;
    }

    // Whether there may be more.
    private bool Receive()
    {
        var buffer = t_buffer ??= new byte[64 * 1024];
        for (var count = 0; count < BatchSize; count++)
        {
            try
            {
                var received = DatagramCalls.Receive(_socket.SafeHandle, buffer, _isConnected ? default : _from.Value.Buffer.Span, out var addressSize, out var size);
                if (received == -ErrorNumber.Again)
                {
                    return false;
                }

                if (received < 0)
                {
                    if (!GoesOnAfter(new SocketException((int)ErrorNumber.Map(-received))))
                    {
                        return false;
                    }

                    continue;
                }

                if (!_isConnected)
                {
                    _from.Value.Size = addressSize;
                }

                for (var at = 0; at < received; at += size, count++)
                {
                    _handler!.OnDatagram(buffer.AsSpan(at, Math.Min(size, received - at)), _from);
                }
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
            catch (Exception exception)
            {
                if (!GoesOnAfter(exception))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool GoesOnAfter(Exception exception)
    {
        var goesOn = _handler!.OnFailure(exception);
        if (!goesOn)
        {
            Close();
        }

        return goesOn;
    }

    private void CallHelpers()
    {
        var wanted = s_helpers == 0 ? 0 : Math.Min(s_helpers, _handler!.TurnCount / TurnsOfHelper);
        while (Volatile.Read(ref _helpers) < wanted)
        {
            Interlocked.Increment(ref _helpers);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // False: the role is another's now, or nobody's.
    private bool TryTurn(UdpConnection connection, long driver, ref bool isMore)
    {
        if (connection.Demotion.Any && connection.Demotion.Holds(PollClock.Now))
        {
            connection.QueueBatchEnd();
            return true;
        }

        if (!TryMove(driver, Turning, ref isMore))
        {
            connection.QueueBatchEnd();
            while (_handler!.TryTakeTurn(out var left))
            {
                left.QueueBatchEnd();
            }

            return false;
        }

        connection.OnBatchEnd();
        _step++;
        if (Interlocked.CompareExchange(ref _driver, driver | Receiving, driver | Turning) == (driver | Turning))
        {
            return true;
        }

        _late = connection;
        return false;
    }

    // From receiving to something else, and says whether more was reported meanwhile. False when the socket was closed.
    private bool TryMove(long driver, int state, ref bool isMore)
    {
        while (true)
        {
            var seen = Volatile.Read(ref _driver);
            if ((seen & StateMask) == Closed)
            {
                _stopped.TrySetResult(true);
                return false;
            }

            if (Interlocked.CompareExchange(ref _driver, driver | (uint)state, seen) == seen)
            {
                isMore |= (seen & StateMask) == ReceivingMore;
                return true;
            }
        }
    }

    // Nobody drives any more; who receives finds out.
    private void Close()
    {
        while (true)
        {
            var seen = Volatile.Read(ref _driver);
            var state = seen & StateMask;
            if (state == Closed)
            {
                return;
            }

            if (Interlocked.CompareExchange(ref _driver, (seen & ~StateMask) | Closed, seen) == seen)
            {
                _poller?.Detach(this, spinCount: 0);
                if (state is Idle or Turning)
                {
                    _stopped.TrySetResult(true);
                }

                return;
            }
        }
    }
}
