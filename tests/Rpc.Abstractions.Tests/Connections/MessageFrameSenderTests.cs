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
        _sender = new MessageFrameSender(_transport, new Drain(), 100_000, 100_000, _failures.Add);
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
    public async Task A_small_frame_overtakes_large_ones_that_wait_and_those_take_turns()
    {
        _sender.Send(Frames.OneWay(1, 20_000), default);
        _sender.Send(Frames.OneWay(2, 20_000), default);
        _sender.Send(Frames.OneWay(3), default);
        var received = new List<byte[]>();
        while (received.Count(static message => message[0] == (byte)FrameType.Piece && (message[3] & PieceFrame.Last) != 0) < 2)
        {
            received.Add((await ReceiveAsync())!);
        }

        Assert.InRange(received.FindIndex(static message => message[0] == (byte)FrameType.OneWay), 0, 12);
        var transfers = received.Where(static message => message[0] == (byte)FrameType.Piece).Select(static message => message[1]).ToArray();
        Assert.Contains((byte)1, transfers[..15]);
        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task No_more_is_incomplete_than_half_of_what_the_peer_takes()
    {
        for (var i = 0; i < 8; i++)
        {
            _sender.Send(Frames.OneWay((uint)i, 20_000), default);
        }

        _sender.Send(Frames.OneWay(8, 90_000), default);
        _sender.Send(Frames.OneWay(9, 5_000), default);
        using var reassembler = new Reassembler(100_000, 100_000);
        var begun = new Dictionary<int, int>();
        for (var ended = 0; ended < 10;)
        {
            var message = (await ReceiveAsync())!;
            var transfer = BitConverter.ToUInt16(message, 1);
            if ((message[3] & PieceFrame.First) != 0)
            {
                begun[transfer] = BitConverter.ToInt32(message, 4);
                Assert.True(begun.Count == 1 || begun.Values.Sum() <= 50_000);
            }

            if (reassembler.TryComplete(Frames.Payload(message[1..]), out var whole))
            {
                whole.Release();
                begun.Remove(transfer);
                ended++;
            }
        }

        Assert.Equal(0, _sender.QueuedBytes);
    }

    [Fact]
    public async Task What_follows_a_large_frame_in_a_lane_of_small_ones_waits_for_it_and_nothing_else_does()
    {
        var lane = new SendOptions(new MessageOptions(RpcDelivery.Ordered, 0x8000_0001));
        _sender.Send(Frames.OneWay(1, 45_000), default);
        _sender.Send(Frames.OneWay(2), lane);
        _sender.Send(Frames.OneWay(3, 45_000), lane);
        _sender.Send(Frames.OneWay(4), lane);
        _sender.Send(Frames.OneWay(5), new SendOptions(new MessageOptions(RpcDelivery.Ordered, 0x8000_0002)));
        using var reassembler = new Reassembler(100_000, 100_000);
        var ids = new List<byte>();
        while (ids.Count < 5)
        {
            var message = (await ReceiveAsync())!;
            if (message[0] != (byte)FrameType.Piece)
            {
                ids.Add(message[1]);
            }
            else if (reassembler.TryComplete(Frames.Payload(message[1..]), out var whole))
            {
                ids.Add(whole.Span[1]);
                whole.Release();
            }
        }

        Assert.Equal([2, 5, 1, 3, 4], ids);
        _sender.Send(Frames.OneWay(6), lane);
        Assert.Equal(6, (await ReceiveAsync())![1]);
    }

    [Fact]
    public async Task The_frames_of_a_lane_keep_their_order_though_some_are_large()
    {
        var lane = new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(7, isCaller: true)));
        for (var i = 0; i < 40; i++)
        {
            _sender.Send(Frames.OneWay((uint)i, i % 4 == 0 ? 3_000 : 500), lane);
        }

        using var reassembler = new Reassembler(10_000, 10_000);
        for (var i = 0; i < 40;)
        {
            var message = (await ReceiveAsync())!;
            if (message[0] == (byte)FrameType.Piece)
            {
                if (reassembler.TryComplete(Frames.Payload(message[1..]), out var whole))
                {
                    Assert.Equal(i++, whole.Span[1]);
                }
            }
            else
            {
                Assert.Equal(i++, message[1]);
            }
        }
    }

    [Fact]
    public async Task What_may_be_lost_does_not_wait_behind_what_may_not()
    {
        for (var i = 0; i < 30; i++)
        {
            _sender.Send(Frames.OneWay(1, 500), default);
        }

        var before = _sender.QueuedBytes;
        Assert.NotEqual(0, before);
        _sender.Send(Frames.OneWay(2, 50), new SendOptions(new MessageOptions(RpcDelivery.Unreliable)));
        Assert.Equal(before, _sender.QueuedBytes);
        await ReceiveAsync();
    }

    [Fact]
    public async Task A_copy_for_one_of_many_is_sent_at_once_or_left_to_the_caller()
    {
        var frame = Frames.OneWay(9, 3);
        Assert.True(_sender.TrySendCopy(frame.Span, default));
        Assert.Equal(9, (await ReceiveAsync())![1]);
        Assert.False(_sender.TrySendCopy(Frames.OneWay(9, 900).Span, default));
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
