using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Rpc.Testing;

/// <summary>Stands between UDP clients and a server with real sockets, and is a bad network: clients connect to <see cref="EndPoint"/>. It works for any
/// protocol over UDP. Thread safe.</summary>
public sealed class UdpRelay : IAsyncDisposable
{
    private const int MaxDatagram = 64 * 1024;

    private readonly ConcurrentDictionary<EndPoint, Flow> _flows = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _front;
    private readonly TimeProvider _timeProvider;
    private readonly int _seed;
    private readonly Task _pump;
    private IPEndPoint _server;
    private NetworkConditions _toServer;
    private NetworkConditions _toClient;
    private int _flowCount;
    private long _bytesToServer;
    private long _bytesToClient;

    /// <summary>Starts a relay at a free port of the loopback.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="conditions">What happens to packets, in each direction.</param>
    /// <param name="seed">What chance begins with.</param>
    /// <param name="timeProvider">The clock; the system's by default.</param>
    /// <exception cref="SocketException">There is no socket to be had.</exception>
    public UdpRelay(IPEndPoint server, NetworkConditions conditions, int seed = 1, TimeProvider? timeProvider = null)
    {
        _server = server ?? throw new ArgumentNullException(nameof(server));
        _toServer = _toClient = conditions ?? throw new ArgumentNullException(nameof(conditions));
        _seed = seed;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _front = Bind(server.AddressFamily);
        EndPoint = (IPEndPoint)_front.LocalEndPoint!;
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Where the server listens; may be replaced at any time, as when a server was restarted at another port.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IPEndPoint Server
    {
        get => Volatile.Read(ref _server);
        set => Volatile.Write(ref _server, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>What happens to packets for the server; may be replaced at any time.</summary>
    public NetworkConditions ToServer
    {
        get => Volatile.Read(ref _toServer);
        set => Volatile.Write(ref _toServer, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>What happens to packets for the clients; may be replaced at any time.</summary>
    public NetworkConditions ToClient
    {
        get => Volatile.Read(ref _toClient);
        set => Volatile.Write(ref _toClient, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>Bytes that clients have sent so far, lost ones included.</summary>
    public long BytesToServer => Volatile.Read(ref _bytesToServer);

    /// <summary>Bytes that the server has sent so far, lost ones included.</summary>
    public long BytesToClient => Volatile.Read(ref _bytesToClient);

    /// <summary>Gives every client another address, as the server sees it: what a NAT does that has forgotten.</summary>
    public void ChangeAddresses()
    {
        foreach (var flow in _flows.Values)
        {
            flow.ChangeAddress();
        }
    }

    /// <summary>Stops, and frees the sockets.</summary>
    /// <returns>A task that ends when nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _stop.Cancel();
        _front.Dispose();
        await _pump.ConfigureAwait(false);
        foreach (var flow in _flows.Values)
        {
            await flow.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private static Socket Bind(AddressFamily family)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1024 * 1024, SendBufferSize = 1024 * 1024 };
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0));
        return socket;
    }

    private async Task PumpAsync()
    {
        var buffer = new ArraySegment<byte>(new byte[MaxDatagram]);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var received = await _front.ReceiveFromAsync(buffer, SocketFlags.None, EndPoint).ConfigureAwait(false);
                if (!_flows.TryGetValue(received.RemoteEndPoint, out var flow))
                {
                    flow = new Flow(this, received.RemoteEndPoint, _seed + (2 * _flowCount++));
                    _flows[received.RemoteEndPoint] = flow;
                }

                Interlocked.Add(ref _bytesToServer, received.ReceivedBytes);
                flow.SendToServer(buffer.AsSpan(0, received.ReceivedBytes));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Closed, or an ICMP message: the loop's condition tells.
            }
        }
    }

    /// <summary>One client: a socket towards the server, and a link each way.</summary>
    private sealed class Flow : IAsyncDisposable
    {
        private readonly object _gate = new();
        private readonly UdpRelay _relay;
        private readonly EndPoint _client;
        private readonly SimulatedLink _toServer;
        private readonly SimulatedLink _toClient;
        private readonly ITimer _timer;
        private readonly long _start;
        private readonly List<Task> _pumps = [];
        private Socket _back;

        internal Flow(UdpRelay relay, EndPoint client, int seed)
        {
            _relay = relay;
            _client = client;
            _toServer = new SimulatedLink(relay.ToServer, seed);
            _toClient = new SimulatedLink(relay.ToClient, seed + 1);
            _start = relay._timeProvider.GetTimestamp();
            _timer = relay._timeProvider.CreateTimer(static state => ((Flow)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _back = Open();
        }

        private TimeSpan Now => _relay._timeProvider.GetElapsedTime(_start);

        public async ValueTask DisposeAsync()
        {
            Task[] pumps;
            lock (_gate)
            {
                _back.Dispose();
                pumps = [.. _pumps];
            }

            _timer.Dispose();
            await Task.WhenAll(pumps).ConfigureAwait(false);
        }

        internal void SendToServer(ReadOnlySpan<byte> datagram)
        {
            lock (_gate)
            {
                _toServer.Conditions = _relay.ToServer;
                _toServer.Send(datagram, Now);
                Deliver();
            }
        }

        internal void ChangeAddress()
        {
            lock (_gate)
            {
                var old = _back;
                _back = Open();
                old.Dispose();
            }
        }

        private Socket Open()
        {
            var socket = Bind(_relay.Server.AddressFamily);
            _pumps.Add(Task.Run(() => PumpAsync(socket)));
            return socket;
        }

        private void OnTimer()
        {
            lock (_gate)
            {
                Deliver();
            }
        }

        // Under the gate.
        private void Deliver()
        {
            try
            {
                while (_toServer.TryReceive(Now, out var datagram))
                {
                    _back.SendTo(datagram, _relay.Server);
                }

                while (_toClient.TryReceive(Now, out var datagram))
                {
                    _relay._front.SendTo(datagram, _client);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // One more that is lost.
            }

            var next = _toServer.NextArrival is { } first && _toClient.NextArrival is { } second
                ? first < second ? first : second
                : _toServer.NextArrival ?? _toClient.NextArrival;
            if (next is { } at)
            {
                var wait = at - Now;
                _timer.Change(wait > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        private async Task PumpAsync(Socket socket)
        {
            var buffer = new ArraySegment<byte>(new byte[MaxDatagram]);
            var isOpen = true;
            while (isOpen)
            {
                try
                {
                    var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, _relay.Server).ConfigureAwait(false);
                    Interlocked.Add(ref _relay._bytesToClient, received.ReceivedBytes);
                    lock (_gate)
                    {
                        _toClient.Conditions = _relay.ToClient;
                        _toClient.Send(buffer.AsSpan(0, received.ReceivedBytes), Now);
                        Deliver();
                    }
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused)
                {
                    // An ICMP message: the server is not there, or not yet.
                }
                catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
                {
                    isOpen = false;
                }
            }
        }
    }
}
