using System.Buffers;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class ReceiverTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_receive_that_brings_nothing_for_the_stream_is_followed_by_another(bool waitsWithEmptyBuffer, bool canTryReceive)
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer, canTryReceive);
        channel.Bring([0, 0, 0]);
        channel.Bring([0]);
        channel.Bring([0, 5, 0, 6]);
        var receiver = new Receiver(channel, spinCount: 0);

        Assert.True(receiver.TryReceive());
        Assert.Equal([5, 6], receiver.Buffer.Sequence.ToArray());
    }

    [Fact]
    public void Receives_that_bring_nothing_without_end_let_others_have_the_thread()
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer: false);
        for (var i = 0; i < 10_000; i++)
        {
            channel.Bring([0]);
        }

        var receiver = new Receiver(channel, spinCount: 0);
        Assert.False(receiver.TryReceive());
        Assert.InRange(channel.Left, 9_000, 9_999);
    }

    [Fact]
    public async Task It_goes_on_behind_the_pause_and_holds_no_large_buffer_meanwhile()
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer: false);
        for (var i = 0; i < 1000; i++)
        {
            channel.Bring([0]);
        }

        channel.Bring([7]);
        var receiver = new Receiver(channel, spinCount: 0);
        var isThere = receiver.TryReceive();
        while (!isThere)
        {
            Assert.False(receiver.Buffer.HoldsLarge);
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            receiver.OnCompleted(ended.SetResult);
            await ended.Task;
            isThere = receiver.TryFinish();
        }

        Assert.Equal([7], receiver.Buffer.Sequence.ToArray());
    }

    [Fact]
    public void Bytes_that_stand_behind_others_are_shown_where_they_stand()
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer: false);
        channel.Bring([0, 0, 1, 2]);
        channel.Bring([0, 3]);
        var receiver = new Receiver(channel, spinCount: 0);
        Assert.True(receiver.TryReceive());
        Assert.True(channel.MayStartLater);
        var shown = receiver.Buffer.Sequence;
        Assert.Equal([1, 2], shown.ToArray());

        // Behind bytes that are held nothing may be left out.
        receiver.Buffer.AdvanceTo(shown.GetPosition(1), shown.End);
        Assert.True(receiver.TryReceive());
        Assert.False(channel.MayStartLater);
        Assert.Equal([2, 3], receiver.Buffer.Sequence.ToArray());
    }

    [Fact]
    public void The_end_is_what_the_channel_says_it_is()
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer: false);
        channel.Bring([1, 255, 2]);
        var receiver = new Receiver(channel, spinCount: 0);
        Assert.True(receiver.TryReceive());
        Assert.True(receiver.IsEnded);
        Assert.Equal([1], receiver.Buffer.Sequence.ToArray());
    }

    [Fact]
    public void What_the_channel_throws_is_the_end_behind_the_bytes_before_it()
    {
        var channel = new EscapingChannel(waitsWithEmptyBuffer: false);
        channel.Bring([1]);
        channel.Bring([254]);
        var receiver = new Receiver(channel, spinCount: 0);
        Assert.True(receiver.TryReceive());
        receiver.Buffer.AdvanceTo(receiver.Buffer.Sequence.Start, receiver.Buffer.Sequence.End);
        Assert.True(receiver.TryReceive());
        Assert.Equal(TransportError.ProtocolViolation, receiver.Error?.Error);
        Assert.Equal([1], receiver.Buffer.Sequence.ToArray());
    }

    /// <summary>A channel whose zeros are not of the stream; 255 ends it and 254 breaks it.</summary>
    private sealed class EscapingChannel(bool waitsWithEmptyBuffer, bool canTryReceive = false) : ByteChannel
    {
        private readonly Queue<byte[]> _receives = new();

        public int Left => _receives.Count;

        public bool MayStartLater { get; private set; }

        internal override bool WaitsWithEmptyBuffer => waitsWithEmptyBuffer;

        internal override bool CanTryReceive => canTryReceive;

        public void Bring(byte[] bytes) => _receives.Enqueue(bytes);

        internal override int TryReceive(Span<byte> buffer)
        {
            if (!canTryReceive || !_receives.TryDequeue(out var bytes))
            {
                return -1;
            }

            bytes.CopyTo(buffer);
            return bytes.Length;
        }

        internal override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            if (buffer.IsEmpty)
            {
                return default;
            }

            var bytes = _receives.Dequeue();
            bytes.CopyTo(buffer);
            return new ValueTask<int>(bytes.Length);
        }

        internal override Received Unwrap(Span<byte> received, bool mayStartLater)
        {
            MayStartLater = mayStartLater;
            var start = 0;
            while (mayStartLater && start < received.Length && received[start] == 0)
            {
                start++;
            }

            var count = 0;
            foreach (var b in received[start..])
            {
                if (b == 255)
                {
                    return new Received(start, count, isEnded: true);
                }

                if (b == 254)
                {
                    throw new TransportException(TransportError.ProtocolViolation, "Broken.");
                }

                if (b != 0)
                {
                    received[start + count++] = b;
                }
            }

            return new Received(count == 0 ? 0 : start, count, isEnded: false);
        }

        internal override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => throw new InvalidOperationException("Nothing is sent here.");

        internal override ValueTask EndAsync() => default;

        internal override void Abort()
        {
        }

        internal override void Close()
        {
        }

        internal override TransportException Map(Exception exception) => exception as TransportException ?? new(TransportError.Unknown, exception.Message, exception);
    }
}
