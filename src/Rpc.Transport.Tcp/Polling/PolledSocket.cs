using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>A connected stream socket whose readiness a <see cref="SocketPoller"/> reports. One reads and one writes at a time; what waits runs on the poller's
/// thread.</summary>
/// <remarks>Its asynchronous operations must never have been used: they would make the platform's own poller wake a thread for each arrival too.</remarks>
internal sealed class PolledSocket : PollTarget, IDisposable
{
    private readonly Readiness _readable = new(isReady: true);
    private readonly Readiness _writable = new(isReady: false);
    private readonly SocketPoller _poller;
    private readonly int _spinCount;
    private Socket _socket;
    private ArraySegment<byte>[]? _pair;
    private int _isDetached;
    private volatile bool _isEnding;
    private Demotion _demotion;

    /// <summary>Takes over a socket.</summary>
    /// <param name="socket">The socket; made non-blocking.</param>
    /// <param name="spinCount">How often the poller looks for events before it waits for them.</param>
    /// <exception cref="SocketException">The system has no room for one more.</exception>
    internal PolledSocket(Socket socket, int spinCount)
    {
        _socket = socket;
        _spinCount = spinCount;
        socket.Blocking = false;
        _poller = SocketPoller.Attach(this, spinCount);
    }

    /// <summary>The socket.</summary>
    internal Socket Socket => _socket;

    internal override SafeHandle Handle => _socket.SafeHandle;

    internal override uint Interest => Epoll.In | Epoll.Out | Epoll.PeerHangUp;

    /// <summary>Receives what is there, without asking the system when nothing has come since the last time.</summary>
    /// <returns>The number of bytes, 0 at the end of the stream, -1 when nothing is there.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    internal int TryReceive(Span<byte> buffer)
    {
        if (!_readable.TryTake())
        {
            return -1;
        }

        var received = _socket.Receive(buffer, SocketFlags.None, out var error);
        switch (error)
        {
            case SocketError.Success:
                // Less than there was room for is all there is: epoll(7), question 9. But an end that was reported with it is reported once.
                if (received == buffer.Length || _isEnding)
                {
                    _readable.PutBack();
                }

                return received;

            case SocketError.WouldBlock or SocketError.IOPending:
                return -1;

            default:
                throw new SocketException((int)error);
        }
    }

    /// <summary>Waits until <see cref="TryReceive"/> may have something.</summary>
    /// <returns>Always 0.</returns>
    internal ValueTask<int> WaitToReceiveAsync() => _readable.WaitAsync();

    /// <summary>Sends.</summary>
    /// <returns>The number of bytes sent, at least one.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    internal ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sent = TrySend(bytes.Span);
        return sent >= 0 ? new ValueTask<int>(sent) : WaitAndSendAsync(bytes);
    }

    /// <summary>Connects a new socket. Unlike the platform's connect it leaves the socket out of the platform's own poller.</summary>
    /// <param name="socket">The socket; disposed of when the connect fails.</param>
    /// <param name="endPoint">Where to.</param>
    /// <param name="spinCount">As for the constructor.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The connect failed.</exception>
    internal static async Task<PolledSocket> ConnectAsync(Socket socket, EndPoint endPoint, int spinCount, CancellationToken cancellationToken)
    {
        PolledSocket? polled = null;
        try
        {
            socket.Blocking = false;
            var isConnected = Connect.Begin(socket.SafeHandle, endPoint);
            polled = new PolledSocket(socket, spinCount);
            if (!isConnected)
            {
                using (cancellationToken.UnsafeRegister(static state => ((PolledSocket)state!).Detach(), polled))
                {
                    await polled._writable.WaitAsync().ConfigureAwait(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
                var error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
                if (error != 0)
                {
                    throw new SocketException(error);
                }
            }

            // The object does not know that it is connected; a new one for the same handle finds out. The finalizer of the old one would close the handle.
            polled._socket = new Socket(socket.SafeHandle) { Blocking = false };
#pragma warning disable CA1816
            GC.SuppressFinalize(socket);
#pragma warning restore CA1816
            return polled;
        }
        catch
        {
            polled?.Detach();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends two pieces in one call, without waiting.</summary>
    /// <returns>The number of bytes sent of both together; 0 when that would wait, or one of them is no array's.</returns>
    /// <exception cref="SocketException">The connection broke.</exception>
    internal int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (!MemoryMarshal.TryGetArray(first, out var one) || !MemoryMarshal.TryGetArray(second, out var two))
        {
            return 0;
        }

        _writable.TryTake();
        var pair = _pair ??= new ArraySegment<byte>[2];
        (pair[0], pair[1]) = (one, two);
        var sent = _socket.Send(pair, SocketFlags.None, out var error);
        Array.Clear(pair);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.IOPending => 0,
            _ => throw new SocketException((int)error),
        };
    }

    internal override bool OnEvents(uint events)
    {
        var onPool = _demotion.Any && _demotion.Holds(PollClock.Now);
        if ((events & (Epoll.PeerHangUp | Epoll.HangUp | Epoll.Error)) != 0)
        {
            _isEnding = true;
        }

        var runsWriter = (events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0 && _writable.Set();
        var runsReader = (events & (Epoll.In | Epoll.PeerHangUp | Epoll.HangUp | Epoll.Error)) != 0 && _readable.Set();
        if (runsWriter)
        {
            // One of the two may block; that must not hold up the other.
            _writable.Run(onPool || runsReader);
        }

        if (runsReader)
        {
            _readable.Run(onPool);
        }

        return false;
    }

    internal override void Demote() => _demotion.Begin(PollClock.Now);

    /// <summary>Nothing is reported any more, and nothing waits. When the socket has been closed: whoever waited tries it. Thread safe.</summary>
    internal void Detach()
    {
        if (Interlocked.Exchange(ref _isDetached, 1) == 0)
        {
            _poller.Detach(this, _spinCount);
            _readable.Close();
            _writable.Close();
        }
    }

    /// <summary>Closes the socket and detaches it.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        Detach();
    }

    private int TrySend(ReadOnlySpan<byte> bytes)
    {
        _writable.TryTake();
        var sent = _socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.IOPending => -1,
            _ => throw new SocketException((int)error),
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAndSendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            await _writable.WaitAsync().ConfigureAwait(false);
            var sent = TrySend(bytes.Span);
            if (sent >= 0)
            {
                return sent;
            }
        }
    }
}
