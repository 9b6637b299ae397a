using Rpc.Transport.Conformance;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transport.WebSockets.Framing;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Internal;

public sealed class FrameSenderTests
{
    private readonly ValveChannel _channel = new();
    private readonly FrameSender _sender;

    public FrameSenderTests() => _sender = new FrameSender(_channel, isMasked: false);

    [Fact]
    public async Task A_frame_is_sent_whole_however_little_is_taken_at_once()
    {
        _channel.Most = 1;
        Assert.Equal(5, await _sender.SendAsync("hello"u8.ToArray()));
        Assert.Equal([0x82, 5, .. "hello"u8], _channel.Sent);
    }

    [Fact]
    public async Task Of_the_client_it_is_masked_and_what_was_given_is_not()
    {
        var sender = new FrameSender(_channel, isMasked: true);
        var bytes = "hello"u8.ToArray();
        await sender.SendAsync(bytes);
        Assert.Equal("hello"u8.ToArray(), bytes);

        var frame = _channel.Sent.ToArray();
        Assert.Equal(5, new FrameDecoder(isMasked: true).Decode(frame, mayStartLater: false, out _));
        Assert.Equal(bytes, frame[..5]);
        Assert.Equal([0x82, 0x85], _channel.Sent.Take(2));
    }

    [Fact]
    public void A_pong_goes_out_at_once()
    {
        _sender.Pong([1, 2]);
        Assert.Equal([0x8A, 2, 1, 2], _channel.Sent);
    }

    [Fact]
    public async Task A_pong_waits_for_the_frame_that_is_being_sent_and_gives_way_to_a_later_one()
    {
        _channel.Shut();
        var send = _sender.SendAsync("data"u8.ToArray()).AsTask();
        _sender.Pong([1]);
        _sender.Pong([2]);
        _sender.Pong([3, 4]);
        Assert.Empty(_channel.Sent);

        _channel.Open();
        Assert.Equal(4, await send.WaitAsync(TestTimeouts.HangGuard));
        Assert.Equal([0x82, 4, .. "data"u8, 0x8A, 2, 3, 4], _channel.Sent);
    }

    [Fact]
    public async Task Data_waits_for_the_pong_that_is_being_sent_and_goes_before_the_next()
    {
        _channel.Shut();
        _sender.Pong([1]);
        var send = _sender.SendAsync("data"u8.ToArray()).AsTask();
        _sender.Pong([2]);
        Assert.False(send.IsCompleted);

        _channel.Open();
        Assert.Equal(4, await send.WaitAsync(TestTimeouts.HangGuard));
        _sender.Pong([3]);
        Assert.Equal([0x8A, 1, 1, 0x82, 4, .. "data"u8, 0x8A, 1], _channel.Sent.Take(11));
    }

    [Fact]
    public async Task Nothing_follows_a_close()
    {
        await _sender.CloseAsync();
        Assert.True(_sender.IsClosed);
        _sender.Pong([1]);
        _sender.Refuse(CloseStatus.ProtocolError, "Late.");
        Assert.Equal([0x88, 2, 0x03, 0xE8], _channel.Sent);
    }

    [Fact]
    public async Task A_refusal_waits_for_the_frame_that_is_being_sent_and_goes_before_a_pong()
    {
        _channel.Shut();
        var send = _sender.SendAsync("data"u8.ToArray()).AsTask();
        _sender.Pong([1]);
        _sender.Refuse(CloseStatus.InvalidData, "No.");
        _sender.Pong([2]);
        Assert.False(_sender.IsClosed);

        _channel.Open();
        await send.WaitAsync(TestTimeouts.HangGuard);
        Assert.True(_sender.IsClosed);
        Assert.Equal([0x82, 4, .. "data"u8, 0x88, 5, 0x03, 0xEF, .. "No."u8], _channel.Sent);
    }

    [Fact]
    public async Task A_send_that_fails_gives_the_turn_up()
    {
        _channel.Shut();
        var send = _sender.SendAsync("data"u8.ToArray()).AsTask();
        _channel.Break();
        await Assert.ThrowsAsync<IOException>(() => send.WaitAsync(TestTimeouts.HangGuard));
        await Assert.ThrowsAsync<IOException>(() => _sender.SendAsync("more"u8.ToArray()).AsTask());
        _sender.Pong([1]);
        await Assert.ThrowsAsync<IOException>(() => _sender.CloseAsync());
        Assert.False(_sender.IsClosed);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(FrameSender.MaxPayload, FrameSender.MaxPayload)]
    [InlineData(FrameSender.MaxPayload + 1, (FrameSender.MaxPayload + 1) / 2)]
    [InlineData(1_000_000, 125_000)]
    public async Task What_is_longer_than_a_frame_is_cut_into_equal_parts(int length, int first) =>
        Assert.Equal(first, await _sender.SendAsync(new byte[length]));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(5000)]
    [InlineData(20_004)]
    [InlineData(int.MaxValue)]
    public async Task A_large_payload_of_the_server_is_sent_from_where_it_is_however_much_of_it_is_taken(int most)
    {
        _channel.MostTogether = most;
        var bytes = TestBytes.Make(20_000);
        Assert.Equal(20_000, await _sender.SendAsync(bytes));
        Assert.Equal([0x82, 126, 20_000 >> 8, 20_000 & 0xFF, .. bytes], _channel.Sent);
        Assert.Equal(1, _channel.SentTogether);
        _sender.Pong([1]);
        Assert.Equal([0x8A, 1, 1], _channel.Sent.Skip(20_004));
    }

    [Fact]
    public async Task A_large_payload_is_copied_where_two_pieces_cannot_be_sent_together_and_that_of_a_client_always_is()
    {
        _channel.MostTogether = 0;
        var bytes = TestBytes.Make(20_000);
        Assert.Equal(20_000, await _sender.SendAsync(bytes));
        Assert.Equal([0x82, 126, 20_000 >> 8, 20_000 & 0xFF, .. bytes], _channel.Sent);
        Assert.Equal(1, _channel.SentTogether);

        await new FrameSender(_channel, isMasked: true).SendAsync(bytes);
        Assert.Equal(1, _channel.SentTogether);
        Assert.Equal(-1, TestBytes.FirstDifference(bytes, 0));
    }

    [Fact]
    public async Task A_large_payload_that_fails_gives_the_turn_up()
    {
        _channel.Shut();
        _channel.Break();
        await Assert.ThrowsAsync<IOException>(() => _sender.SendAsync(new byte[20_000]).AsTask());
        await Assert.ThrowsAsync<IOException>(() => _sender.CloseAsync());
    }

    /// <summary>Takes everything, or while it is shut nothing.</summary>
    private sealed class ValveChannel : ByteChannel
    {
        private TaskCompletionSource? _open;
        private bool _isBroken;

        public int Most { get; set; } = int.MaxValue;

        public int MostTogether { get; set; } = int.MaxValue;

        public int SentTogether { get; private set; }

        public List<byte> Sent { get; } = [];

        // Continuations run within Open, so that everything has happened when it returns.
        public void Shut() => _open = new TaskCompletionSource();

        public void Open() => _open!.SetResult();

        public void Break()
        {
            _isBroken = true;
            _open!.SetResult();
        }

        internal override bool WaitsWithEmptyBuffer => false;

        internal override bool CanTryReceive => false;

        internal override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
        {
            if (_open is { } open)
            {
                await open.Task;
            }

            if (_isBroken)
            {
                throw new IOException("Broken.");
            }

            var count = Math.Min(Most, bytes.Length);
            Sent.AddRange(bytes[..count].ToArray());
            return count;
        }

        internal override int TrySend(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
        {
            if (_isBroken)
            {
                throw new IOException("Broken.");
            }

            SentTogether++;
            byte[] both = [.. first.ToArray(), .. second.ToArray()];
            var count = Math.Min(MostTogether, both.Length);
            Sent.AddRange(both[..count]);
            return count;
        }

        internal override int TryReceive(Span<byte> buffer) => throw new InvalidOperationException("Nothing is received here.");

        internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new InvalidOperationException("Nothing is received here.");

        internal override ValueTask EndAsync() => default;

        internal override void Abort()
        {
        }

        internal override void Close()
        {
        }

        internal override TransportException Map(Exception exception) => new(TransportError.Unknown, exception.Message, exception);
    }
}
