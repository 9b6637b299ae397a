using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Simulation;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

/// <summary>When a client that hears nothing goes on from another port, and that the server learns it.</summary>
public sealed class OtherWayTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Outbox _outbox = new();
    private readonly DeadlineQueue _deadlines;
    private readonly Clock _clock;
    private readonly Peer _server;
    private readonly UdpConnection _client;

    public OtherWayTests()
    {
        _clock = new Clock(_time);
        _deadlines = new DeadlineQueue(_clock);
        var options = new PeerOptions { IsClient = true };
        (var peer, _server) = SimulatedPair.CreatePeers(7, _clock.Now, configure: null);
        var nowhere = new IPEndPoint(IPAddress.Loopback, 1);
        _client = new UdpConnection(peer, _outbox, _deadlines, _clock, options, isEncrypted: true, nowhere, nowhere);
    }

    public void Dispose()
    {
        _client.DisposeNow();
        _deadlines.Dispose();
        _server.Dispose();
    }

    /// <summary>What was in flight may be acknowledged in the moment in which the port changes; then there is nothing to probe for, and the server sends to the old port.</summary>
    [Fact]
    public void The_server_is_told_of_another_port_at_once_though_everything_was_acknowledged()
    {
        MeasureRoundTrip();
        Send();
        _outbox.OnMove = AnswerAll;
        Advance(5_000, until: () => _outbox.Moves > 0);
        Assert.Equal(1, _outbox.Moves);
        var told = Assert.Single(_outbox.TakeAll());
        Assert.Equal(ReceiveResult.Newest, _server.Receive(told, _clock.Now));
    }

    [Fact]
    public void A_silence_of_less_than_a_second_moves_nothing_however_many_probes_it_has_seen()
    {
        MeasureRoundTrip();
        Send();
        Advance(950);
        Assert.InRange(_outbox.TakeAll().Count, 7, 100);
        Assert.Equal(0, _outbox.Moves);
        Advance(2_000);
        Assert.InRange(_outbox.Moves, 1, 2);
    }

    private void MeasureRoundTrip()
    {
        for (var i = 0; i < 30; i++)
        {
            Send();
            Advance(1);
            AnswerAll();
        }

        Assert.Equal(0, _outbox.Moves);
    }

    private void Send()
    {
        Assert.True(_client.TrySend(new byte[32], new Transports.MessageOptions(RpcDelivery.Reliable)));
        _client.Flush();
    }

    private void AnswerAll()
    {
        foreach (var datagram in _outbox.TakeAll())
        {
            _server.Receive(datagram, _clock.Now);
        }

        var answer = new byte[Packet.LargestSize];
        for (var length = _server.Produce(answer, _server.Deadline); length > 0; length = _server.Produce(answer, _clock.Now))
        {
            _client.OnDatagram(answer.AsSpan(0, length), _clock.Now);
        }
    }

    private void Advance(int milliseconds, Func<bool>? until = null)
    {
        for (var i = 0; i < milliseconds && until?.Invoke() != true; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private sealed class Outbox : IDatagramSender
    {
        private readonly List<byte[]> _datagrams = [];

        internal int Moves { get; private set; }

        internal Action? OnMove { get; set; }

        public void Send(ReadOnlySpan<byte> datagrams, int size) => _datagrams.AddRange(Datagrams.Cut(datagrams, size));

        public bool OnSilence()
        {
            Moves++;
            OnMove?.Invoke();
            return true;
        }

        public ValueTask MoveAsync(Uri address, int search, CancellationToken cancellationToken) => default;

        public void OnPathFailed()
        {
        }

        public void OnDisposed()
        {
        }

        internal List<byte[]> TakeAll()
        {
            List<byte[]> all = [.. _datagrams];
            _datagrams.Clear();
            return all;
        }
    }
}
