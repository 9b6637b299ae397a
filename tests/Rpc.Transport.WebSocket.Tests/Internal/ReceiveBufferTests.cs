using System.Buffers;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Internal;

namespace Rpc.Transport.WebSockets.Tests.Internal;

public sealed class ReceiveBufferTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_received_and_consumed_the_rest_is_what_it_should_be(int seed)
    {
        var random = new Random(seed);
        var buffer = new ReceiveBuffer();
        long received = 0;
        long consumed = 0;
        for (var i = 0; i < 5000; i++)
        {
            if (random.Next(2) == 0)
            {
                var free = buffer.GetFree();
                Assert.NotEqual(0, free.Length);
                var count = random.Next(4) switch { 0 => 0, 1 => free.Length, 2 => random.Next(free.Length), _ => Math.Min(20, free.Length) };
                TestBytes.Fill(free.Span[..count], received);
                buffer.Received(count);
                received += count;
                buffer.ReleaseIfNothing();
                Assert.True(count == 0 || !buffer.IsExamined);
            }
            else
            {
                var content = buffer.Content;
                Assert.Equal(received - consumed, content.Length);
                Assert.Equal(-1, TestBytes.FirstDifference(content.ToArray(), consumed));
                var take = random.Next(3) == 0 ? content.Length : random.NextInt64(content.Length + 1);
                var examine = random.Next(2) == 0 ? content.Length : random.NextInt64(take, content.Length + 1);
                var hadAny = !buffer.IsEmpty;
                buffer.Advance(content.GetPosition(take), content.GetPosition(examine), keepTail: false);
                consumed += take;
                Assert.True(!hadAny || examine < content.Length || buffer.IsExamined);
                Assert.True(examine == content.Length || !buffer.IsExamined || content.Length == 0);
            }

            Assert.True(received != consumed || buffer.IsEmpty || buffer.Content.IsEmpty);
        }
    }

    [Fact]
    public void Nothing_is_held_when_everything_was_consumed()
    {
        var buffer = new ReceiveBuffer();
        buffer.GetFree();
        buffer.Received(100);
        Assert.False(buffer.IsEmpty);
        buffer.Advance(buffer.Content.End, buffer.Content.End, keepTail: false);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void What_a_receive_under_way_writes_to_is_kept()
    {
        var buffer = new ReceiveBuffer();
        buffer.GetFree();
        buffer.Received(100);
        var free = buffer.GetFree();
        buffer.Advance(buffer.Content.End, buffer.Content.End, keepTail: true);
        Assert.False(buffer.IsEmpty);
        free.Span[0] = 42;
        buffer.Received(1);
        Assert.Equal(new byte[] { 42 }, buffer.Content.ToArray());
    }

    [Fact]
    public void What_is_rented_follows_what_is_received()
    {
        var buffer = new ReceiveBuffer();
        var sizes = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            sizes.Add(Receive(buffer, static free => free));
        }

        Assert.Equal(ReceiveBuffer.MinSegmentSize, sizes[0]);
        Assert.Equal(ReceiveBuffer.MaxSegmentSize, sizes[^1]);
        for (var i = 0; i < 8; i++)
        {
            sizes.Add(Receive(buffer, static _ => 10));
        }

        Assert.Equal(ReceiveBuffer.MinSegmentSize, sizes[^1]);

        static int Receive(ReceiveBuffer buffer, Func<int, int> count)
        {
            var free = buffer.GetFree().Length;
            buffer.Received(count(free));
            buffer.Advance(buffer.Content.End, buffer.Content.End, keepTail: false);
            return free;
        }
    }
}
