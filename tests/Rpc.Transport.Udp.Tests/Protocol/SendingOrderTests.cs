using Rpc.Transport.Udp.Protocol;
using Rpc.Transport.Udp.Tests.Simulation;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Protocol;

/// <summary>Small messages do not queue behind large ones.</summary>
public sealed class SendingOrderTests
{
    private const long RoundTrip = 20_000;

    private readonly Peer _client;
    private readonly Peer _server;
    private readonly byte[] _datagram = new byte[Packet.MaxSize];
    private Queue<ReceivedMessage> _taken = new();
    private long _now = 1_000_000;

    public SendingOrderTests() => (_client, _server) = SimulatedPair.CreatePeers(1, _now, configure: null);

    [Fact]
    public void A_small_message_leaves_with_the_second_packet_at_the_latest_though_large_ones_wait()
    {
        SendBulk();
        Produce(3, deliver: true);
        SendSmall();
        Produce(2, deliver: true);
        Assert.Equal([100], Take());
    }

    [Fact]
    public void A_small_message_does_not_wait_for_what_was_lost_of_large_ones()
    {
        SendBulk();
        Produce(6, deliver: false);
        Produce(4, deliver: true);
        AnswerAfterARoundTrip();
        Assert.True(_client.PacketsLost >= 6);
        SendSmall();
        Produce(2, deliver: true);
        Assert.Equal([100], Take());
    }

    [Fact]
    public void A_small_message_that_was_lost_is_sent_again_before_large_ones()
    {
        SendBulk();
        Produce(1, deliver: true);
        SendSmall();
        Produce(2, deliver: false);
        Produce(5, deliver: true);
        AnswerAfterARoundTrip();
        Produce(1, deliver: true);
        Assert.Equal([100], Take());
    }

    [Fact]
    public void Large_messages_go_on_while_small_ones_never_cease()
    {
        SendBulk();
        var large = 0;
        for (var round = 0; round < 500 && large == 0; round++)
        {
            for (var i = 0; i < 30; i++)
            {
                SendSmall();
            }

            Produce(int.MaxValue, deliver: true);
            AnswerAfterARoundTrip();
            large += Take().Count(static length => length > 1_000);
        }

        Assert.NotEqual(0, large);
    }

    private void SendBulk()
    {
        for (var i = 0; i < 30; i++)
        {
            Assert.True(_client.TrySend(new byte[16_000], new MessageOptions(RpcDelivery.Reliable), _now));
        }
    }

    private void SendSmall() => Assert.True(_client.TrySend(new byte[100], new MessageOptions(RpcDelivery.Reliable), _now));

    private void Produce(int count, bool deliver)
    {
        for (var i = 0; i < count; i++)
        {
            var length = _client.Produce(_datagram, _now);
            if (length == 0)
            {
                Assert.Equal(int.MaxValue, count);
                return;
            }

            if (deliver)
            {
                _server.Receive(_datagram.AsSpan(0, length), _now);
            }
        }
    }

    private void AnswerAfterARoundTrip()
    {
        _now += RoundTrip;
        for (var length = _server.Produce(_datagram, _now); length > 0; length = _server.Produce(_datagram, _now))
        {
            _client.Receive(_datagram.AsSpan(0, length), _now);
        }

        if (_client.Deadline <= _now)
        {
            _client.OnTimeout(_now);
        }
    }

    private int[] Take()
    {
        _server.TakeAll(ref _taken);
        var lengths = _taken.Select(static message => message.Length).ToArray();
        while (_taken.TryDequeue(out var message))
        {
            MessageBuffers.Return(message.Buffer);
        }

        return lengths;
    }
}
