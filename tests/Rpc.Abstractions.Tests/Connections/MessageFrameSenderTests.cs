using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class MessageFrameSenderTests
{
    private readonly List<Exception> _failures = [];
    private readonly MessageTransportConnection _peer;
    private readonly MessageTransportConnection _transport;
    private readonly MessageFrameSender _sender;

    public MessageFrameSenderTests()
    {
        (_transport, _peer) = MessagePairTransport.CreatePair(new MessagePairOptions { MaxMessageSize = 1000, MaxUnreliableMessageSize = 200, QueueSize = 10_000 });
        _sender = new MessageFrameSender(_transport, new Drain(), 100_000, _failures.Add);
    }

    [Fact]
    public async Task A_frame_is_a_message_without_its_length()
    {
        _sender.Send(Frames.OneWay(7, 3), default);
        Assert.Equal([(byte)FrameType.OneWay, 7, 0, 0, 0, 7, 7, 7], await ReceiveAsync());
    }

    [Fact]
    public async Task A_frame_that_no_message_can_hold_travels_in_pieces_that_each_can()
    {
        _sender.Send(Frames.OneWay(7, 5000), default);
        _sender.Send(Frames.OneWay(8), default);
        using var reassembler = new Reassembler(10_000, 10_000);
        while (true)
        {
            var message = await ReceiveAsync();
            Assert.InRange(message!.Length, 1, 1000);
            Assert.Equal((byte)FrameType.Piece, message[0]);
            if (reassembler.TryComplete(Frames.Payload(message[1..]), out var whole))
            {
                Assert.Equal(5005, whole.Length);
                break;
            }
        }

        Assert.Equal(8, (await ReceiveAsync())![1]);
    }

    [Theory]
    [InlineData(RpcDelivery.Unreliable)]
    [InlineData(RpcDelivery.Sequenced)]
    public void What_must_fit_one_packet_and_does_not_is_the_callers_error(RpcDelivery delivery)
    {
        var options = new SendOptions(new MessageOptions(delivery, 5));
        _sender.Send(Frames.OneWay(1, 195), options);
        Assert.Equal(RpcStatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(1, 196), options)).StatusCode);
    }

    [Fact]
    public async Task What_the_transport_has_no_room_for_waits_in_order()
    {
        for (var i = 0; i < 100; i++)
        {
            _sender.Send(Frames.OneWay((uint)i, 500), default);
        }

        Assert.InRange(_sender.QueuedBytes, 1, 60_000);
        Assert.True(_sender.Progress.Pending);
        var waiting = Enumerable.Range(100, 5).Select(i => _sender.SendAsync(Frames.OneWay((uint)i), default, 1000, default).AsTask()).ToArray();
        Assert.All(waiting, static wait => Assert.False(wait.IsCompleted));
        for (var i = 0; i < 105; i++)
        {
            Assert.Equal(i, (await ReceiveAsync())![1]);
        }

        await Task.WhenAll(waiting).Patiently();
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task Completing_delivers_everything_and_then_the_end()
    {
        for (var i = 0; i < 50; i++)
        {
            _sender.Send(Frames.OneWay((uint)i, 500), default);
        }

        var completing = _sender.CompleteAsync(Frames.OneWay(50)).AsTask();
        for (var i = 0; i <= 50; i++)
        {
            Assert.Equal(i, (await ReceiveAsync())![1]);
        }

        Assert.Null(await ReceiveAsync());
        await completing.Patiently();
        Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(1), default));
    }

    [Fact]
    public async Task A_transport_that_broke_is_told_once_and_fails_what_follows_with_a_typed_error()
    {
        for (var i = 0; i < 50; i++)
        {
            _sender.Send(Frames.OneWay((uint)i, 500), default);
        }

        var waiting = _sender.SendAsync(Frames.OneWay(1), default, 1000, default).AsTask();
        _peer.Abort();
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => waiting).Patiently()).StatusCode);
        await _sender.WhenIdle().Patiently();
        Assert.Equal(RpcStatusCode.Unavailable, Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(1), default)).StatusCode);
        _sender.SendControl(Frames.OneWay(1));
        await _sender.CompleteAsync(Frames.OneWay(1)).Patiently();
        Assert.IsType<TransportException>(_failures[0]);
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public void A_transport_that_broke_with_nothing_queued_fails_the_connection_and_not_the_caller()
    {
        _peer.Abort();
        _sender.Send(Frames.OneWay(1), default);
        Assert.IsType<TransportException>(Assert.Single(_failures));
        Assert.Throws<RpcException>(() => _sender.Send(Frames.OneWay(1), default));
    }

    private async Task<byte[]?> ReceiveAsync()
    {
        while (true)
        {
            if (_peer.TryReceive(out var message))
            {
                return message.ToArray();
            }

            if (!await _peer.WaitToReceiveAsync(default).AsTask().Patiently())
            {
                return null;
            }
        }
    }
}
