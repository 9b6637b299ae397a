using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A UDP socket as the platform has it: a call for each datagram.</summary>
/// <remarks>One thread receives at a time. The role passes to whoever receives the next datagram before the connections of a batch take their turns, so that what
/// they do, their handlers included, delays no datagram.</remarks>
internal sealed class PlainDatagramSocket : IDatagramSocket
{
    /// <summary>Datagrams after which the connections may answer though more are waiting.</summary>
    private const int BatchSize = 64;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[2048];
    private readonly DatagramAddress _from;
    private readonly Action _onReceived;
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IDatagramHandler? _handler;
    private volatile bool _isDisposed;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _receive;

    internal PlainDatagramSocket(Socket socket)
    {
        _socket = socket;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _onReceived = OnReceived;
        _from = DatagramAddress.Create(socket.AddressFamily);
    }

    public IPEndPoint LocalEndPoint { get; }

    public Task Stopped => _stopped.Task;

    public void Start(IDatagramHandler handler)
    {
        _handler = handler;
        ThreadPool.UnsafeQueueUserWorkItem(static state => ((PlainDatagramSocket)state!).Run(resumed: false), this);
    }

    public void Send(ReadOnlySpan<byte> datagrams, int size, DatagramAddress? address)
    {
        while (!datagrams.IsEmpty)
        {
            var length = Math.Min(size, datagrams.Length);
            Send(datagrams[..length], address);
            datagrams = datagrams[length..];
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _socket.Dispose();
    }

    private void Send(ReadOnlySpan<byte> datagram, DatagramAddress? address)
    {
        // A second time: the first may have been answered with the error of a datagram before.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                if (address is null)
                {
                    _socket.Send(datagram, SocketFlags.None);
                }
                else
                {
#if NET8_0_OR_GREATER
                    _socket.SendTo(datagram, SocketFlags.None, address.Value);
#else
                    _socket.SendTo(datagram.ToArray(), SocketFlags.None, address.Value);
#endif
                }

                return;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Lost, as datagrams may be.
            }
        }
    }

    private void OnReceived() => Run(resumed: true);

    private void Run(bool resumed) => ReceiveWhatIsThere(resumed)?.OnBatchEnd();

    // Returns when the role has passed to another thread, or the socket is closed.
    private UdpConnection? ReceiveWhatIsThere(bool resumed)
    {
        var batch = 0;
        while (true)
        {
            try
            {
                if (resumed)
                {
                    resumed = false;
                    OnDatagram(_receive.GetResult());
                }

#pragma warning disable CA2012 // Its result is taken once: here, or when the role passes.
                var receive = ReceiveAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!receive.IsCompleted)
                {
                    var last = EndBatch();
                    _receive = receive;
                    receive.UnsafeOnCompleted(_onReceived);
                    return last;
                }

                OnDatagram(receive.GetResult());
                if (++batch == BatchSize)
                {
                    EndBatch()?.QueueBatchEnd();
                    batch = 0;
                }
            }
            catch (Exception exception)
            {
                if (_isDisposed || !_handler!.OnFailure(exception))
                {
                    var last = EndBatch();
                    _stopped.TrySetResult(true);
                    return last;
                }
            }
        }
    }

    private void OnDatagram(int length) => _handler!.OnDatagram(_buffer.AsSpan(0, length), _from);

    // All connections of the batch take their turns on the pool, but the last: the caller's.
    private UdpConnection? EndBatch()
    {
        UdpConnection? last = null;
        while (_handler!.TryTakeTurn(out var next))
        {
            last?.QueueBatchEnd();
            last = next;
        }

        return last;
    }

#if NET8_0_OR_GREATER
    private ValueTask<int> ReceiveAsync() => _socket.Connected
        ? _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None)
        : _socket.ReceiveFromAsync(_buffer, SocketFlags.None, _from.Value);
#else
    private async ValueTask<int> ReceiveAsync()
    {
        if (_socket.Connected)
        {
            return await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false);
        }

        var result = await _socket.ReceiveFromAsync(new ArraySegment<byte>(_buffer), SocketFlags.None, _from.Value).ConfigureAwait(false);
        _from.Value = (IPEndPoint)result.RemoteEndPoint;
        return result.ReceivedBytes;
    }
#endif
}
