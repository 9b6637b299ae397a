using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A client's socket, the handshake over it, and then its connection.</summary>
/// <remarks>The socket is replaced when the server stays silent: the machine may have changed its network, and with it its address.</remarks>
internal sealed class ClientChannel : DatagramPump, IDatagramSender, IDisposable
{
    private readonly object _gate = new();
    private readonly UdpClientOptions _options;
    private readonly Clock _clock;
    private readonly DeadlineQueue _deadlines;
    private readonly byte[] _buffer = new byte[2048];
    private IPEndPoint _remote;
    private Socket _socket;
    private UdpConnection? _connection;
    private Task<int>? _pending;
    private bool _isTouched;
    private bool _isDisposed;

    private ClientChannel(IPEndPoint remote, UdpClientOptions options, Clock clock)
    {
        _remote = remote;
        _options = options;
        _clock = clock;
        _socket = UdpSockets.Connect(remote, options);
        _deadlines = new DeadlineQueue(clock);
    }

    /// <summary>Opens a connection.</summary>
    internal static async Task<UdpConnection> ConnectAsync(
        IPEndPoint remote, ClientSecurity security, UdpClientOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        ClientChannel channel;
        try
        {
            channel = new ClientChannel(remote, options, new Clock(timeProvider));
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Map(exception);
        }

        try
        {
            return await channel.ConnectAsync(security, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        // A second time: the first may have been answered with the error of a datagram before.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                _socket.Send(datagram, SocketFlags.None);
                return;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Lost, as datagrams may be.
            }
        }
    }

    public bool OnSilence() => Rebind(_remote);

    public async ValueTask MoveAsync(Uri address, int search, CancellationToken cancellationToken)
    {
        var endPoints = await UdpClientTransport.ResolveAsync(address, cancellationToken).ConfigureAwait(false);

        // The present one is tried first, unless the name means others now.
        var present = Math.Max(0, endPoints.IndexOf(_remote));
        Rebind(endPoints[(search == 1 ? present : present + 1) % endPoints.Count]);
    }

    public void OnPathFailed()
    {
        // The server's address does not change.
    }

    public void OnDisposed() => Dispose();

    /// <summary>Closes the socket; called when the connection is disposed, or none came about.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _socket.Dispose();
        }

        _deadlines.Dispose();
    }

    /// <summary>Goes on from another port, and from whatever address the system gives now.</summary>
    private bool Rebind(IPEndPoint remote)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return false;
            }

            try
            {
                var old = _socket;
                _socket = UdpSockets.Connect(remote, _options);
                _remote = remote;
                old.Dispose();
                return true;
            }
            catch (SocketException)
            {
                // There is no network now; the old socket is as good.
                return false;
            }
        }
    }

    private async Task<UdpConnection> ConnectAsync(ClientSecurity security, CancellationToken cancellationToken)
    {
        var options = _options.CreatePeerOptions();
        using var handshake = new ClientHandshake(security, options, _clock.Now);
        var giveUpAt = _clock.Now + Clock.ToMicroseconds(_options.HandshakeTimeout);
        Task<int>? receive = null;
        try
        {
            while (handshake.Peer is null)
            {
                var now = _clock.Now;
                SendHello(handshake, now);
                if (now >= giveUpAt)
                {
                    throw new TransportException(TransportError.TimedOut, $"{_remote} did not answer within {_options.HandshakeTimeout}: {handshake.Describe()}.");
                }

                receive ??= _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, CancellationToken.None).AsTask();
                var milliseconds = Math.Max(1, (Math.Min(handshake.Deadline, giveUpAt) - now + 999) / 1000);
                try
                {
                    var length = await receive.WaitAsync(TimeSpan.FromMilliseconds(milliseconds), _clock.TimeProvider, cancellationToken).ConfigureAwait(false);
                    receive = null;
                    handshake.Receive(_buffer.AsSpan(0, length), _clock.Now);
                }
                catch (TimeoutException)
                {
                    // Time for another Hello.
                }
                catch (SocketException exception)
                {
                    // Before there is a connection, "nobody listens" may be believed.
                    throw SocketErrors.Map(exception);
                }

                if (handshake.Failure is not null)
                {
                    throw handshake.Failure;
                }
            }
        }
        catch
        {
            // Fails when the socket is closed.
            _ = receive?.ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        var local = (IPEndPoint?)_socket.LocalEndPoint;
        _connection = new UdpConnection(
            handshake.Peer, this, _deadlines, _clock, options, security.Mode != SecurityMode.Insecure, local, _remote);
        _connection.Flush();

        // Stops when the connection is disposed, which closes the socket.
        _pending = receive;
        Start();
        return _connection;
    }

    private void SendHello(ClientHandshake handshake, long now)
    {
        Span<byte> datagram = stackalloc byte[Packet.MaxSize];
        var length = handshake.Produce(datagram, now);
        if (length > 0)
        {
            Send(datagram[..length]);
        }
    }

    private protected override ValueTask<int> ReceiveAsync()
    {
        if (_pending is { } pending)
        {
            // What the handshake has left.
            _pending = null;
            return new ValueTask<int>(pending);
        }

        return Volatile.Read(ref _socket).ReceiveAsync(_buffer.AsMemory(), SocketFlags.None);
    }

    private protected override void OnDatagram(int length)
    {
        _isTouched = true;
        _connection!.OnDatagram(_buffer.AsSpan(0, length), _clock.Now);
    }

    private protected override UdpConnection? EndBatch()
    {
        var isTouched = _isTouched;
        _isTouched = false;
        return isTouched ? _connection : null;
    }

    private protected override bool OnFailure(Exception exception)
    {
        // An ICMP message, or the socket was replaced: neither ends the connection.
        lock (_gate)
        {
            return !_isDisposed;
        }
    }
}
