using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A client's socket, the handshake over it, and then its connection.</summary>
/// <remarks>The socket is replaced when the server stays silent: the machine may have changed its network, and with it its address.</remarks>
internal sealed class ClientChannel : IDatagramHandler, IDatagramSender, IDisposable
{
    /// <summary>Datagrams that wait for the handshake to go on; its own are three.</summary>
    private const int MaxEarly = 16;

    private readonly object _gate = new();
    private readonly UdpClientOptions _options;
    private readonly Clock _clock;
    private readonly DeadlineQueue _deadlines;
    private IPEndPoint _remote;
    private IDatagramSocket _socket;
    private Queue<byte[]>? _early = new();
    private TaskCompletionSource<bool>? _arrived;
    private Exception? _failure;
    private UdpConnection? _connection;
    private int _hasTurn;
    private bool _isDisposed;

    private ClientChannel(IPEndPoint remote, UdpClientOptions options, Clock clock)
    {
        _remote = remote;
        _options = options;
        _clock = clock;
        _socket = OpenSocket(remote);
        _deadlines = new DeadlineQueue(clock);
    }

    int IDatagramHandler.TurnCount => Volatile.Read(ref _hasTurn);

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

    public void Send(ReadOnlySpan<byte> datagrams, int size) => _socket.Send(datagrams, size, address: null);

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
                _socket = OpenSocket(remote);
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

    private IDatagramSocket OpenSocket(IPEndPoint remote)
    {
        var socket = UdpSockets.Connect(remote, _options);
        try
        {
            socket.Start(this);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<UdpConnection> ConnectAsync(ClientSecurity security, CancellationToken cancellationToken)
    {
        var options = _options.CreatePeerOptions();
        using var handshake = new ClientHandshake(security, options, _clock.Now);
        var giveUpAt = _clock.Now + Clock.ToMicroseconds(_options.HandshakeTimeout);
        while (handshake.Peer is null)
        {
            var now = _clock.Now;
            SendHello(handshake, now);
            if (now >= giveUpAt)
            {
                throw new TransportException(TransportError.TimedOut, $"{_remote} did not answer within {_options.HandshakeTimeout}: {handshake.Describe()}.");
            }

            var milliseconds = Math.Max(1, (Math.Min(handshake.Deadline, giveUpAt) - now + 999) / 1000);
            try
            {
                await WaitAsync().WaitAsync(TimeSpan.FromMilliseconds(milliseconds), _clock.TimeProvider, cancellationToken).ConfigureAwait(false);
                while (handshake.Peer is null && TryTakeEarly(out var datagram))
                {
                    handshake.Receive(datagram, _clock.Now);
                }
            }
            catch (TimeoutException)
            {
                // Time for another Hello.
            }

            if (handshake.Failure is not null)
            {
                throw handshake.Failure;
            }
        }

        var connection = new UdpConnection(
            handshake.Peer, this, _deadlines, _clock, options, security.Mode != SecurityMode.Insecure, _socket.LocalEndPoint, _remote);
        connection.Flush();
        Open(connection);
        return connection;
    }

    // Waits for a datagram of the handshake.
    private Task WaitAsync()
    {
        lock (_gate)
        {
            // Before there is a connection, "nobody listens" may be believed.
            return _failure is SocketException exception ? Task.FromException(SocketErrors.Map(exception))
                : _early!.Count > 0 ? Task.CompletedTask
                : (_arrived = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private bool TryTakeEarly([NotNullWhen(true)] out byte[]? datagram)
    {
        lock (_gate)
        {
            return _early!.TryDequeue(out datagram);
        }
    }

    // Datagrams are the connection's from here on, those first that came since the handshake.
    private void Open(UdpConnection connection)
    {
        lock (_gate)
        {
            while (_early!.TryDequeue(out var datagram))
            {
                connection.OnDatagram(datagram, _clock.Now);
            }

            _early = null;
            Volatile.Write(ref _connection, connection);
        }

        connection.OnBatchEnd();
    }

    private void SendHello(ClientHandshake handshake, long now)
    {
        Span<byte> datagram = stackalloc byte[Packet.MaxSize];
        var length = handshake.Produce(datagram, now);
        if (length > 0)
        {
            Send(datagram[..length], length);
        }
    }

    void IDatagramHandler.OnDatagram(Span<byte> datagram, DatagramAddress from)
    {
        if (Volatile.Read(ref _connection) is { } connection || !TryKeep(datagram, out connection))
        {
            connection!.OnDatagram(datagram, _clock.Now);
            Volatile.Write(ref _hasTurn, 1);
        }
    }

    // During the handshake, which is computed elsewhere than where datagrams are received.
    private bool TryKeep(ReadOnlySpan<byte> datagram, out UdpConnection? connection)
    {
        lock (_gate)
        {
            connection = _connection;
            if (_early is null)
            {
                return false;
            }

            if (_early.Count < MaxEarly)
            {
                _early.Enqueue(datagram.ToArray());
                _arrived?.TrySetResult(true);
            }

            return true;
        }
    }

    bool IDatagramHandler.TryTakeTurn([NotNullWhen(true)] out UdpConnection? connection)
    {
        var hasTurn = Volatile.Read(ref _hasTurn) != 0 && Interlocked.Exchange(ref _hasTurn, 0) != 0;
        connection = hasTurn ? _connection : null;
        return hasTurn;
    }

    bool IDatagramHandler.OnFailure(Exception exception)
    {
        lock (_gate)
        {
            _failure = exception;
            _arrived?.TrySetResult(true);

            // An ICMP message, or the socket was replaced: neither ends the connection.
            return !_isDisposed;
        }
    }
}
