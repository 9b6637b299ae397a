using FsCheck;
using FsCheck.Fluent;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class ReplayBufferTests
{
    [Fact]
    public void What_is_not_acknowledged_is_there_byte_for_byte_from_any_offset()
    {
        var random = new Random(7);
        var buffer = new ReplayBuffer();
        var sent = new List<byte>();
        for (var round = 0; round < 400; round++)
        {
            var bytes = new byte[random.Next(3) == 0 ? random.Next(20_000, 60_000) : random.Next(1, 3000)];
            random.NextBytes(bytes);
            sent.AddRange(bytes);
            if (random.Next(2) == 0)
            {
                buffer.Append(ReplayChain.Copy(bytes));
            }
            else
            {
                buffer.Append(bytes);
            }

            Assert.Equal(sent.Count, buffer.Sent);
            if (random.Next(4) == 0)
            {
                buffer.Ack(random.NextInt64(buffer.Acked, buffer.Sent + 1));
            }

            if (buffer.Length > 0)
            {
                var from = random.NextInt64(buffer.Acked, buffer.Sent);
                Assert.Equal(sent.Skip((int)from), Read(buffer, from));
            }
        }

        buffer.Ack(buffer.Sent);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void A_block_that_is_being_sent_again_is_not_given_to_others_whatever_the_peer_claims()
    {
        var buffer = new ReplayBuffer();
        buffer.Append(new byte[20_000]);
        buffer.Pin(0, out var block);
        buffer.Pin(0, out _);
        buffer.Ack(20_000);
        Assert.True(block.IsDropped);
        ReplayBuffer.Unpin(block);
        Assert.True(block.IsDropped);
        ReplayBuffer.Unpin(block);
        Assert.False(block.IsDropped);
    }

    [Fact]
    public void What_is_added_while_a_block_is_sent_again_follows_it()
    {
        var buffer = new ReplayBuffer();
        buffer.Append(new byte[] { 1 });
        var pinned = buffer.Pin(0, out var block);
        buffer.Append(new byte[] { 2 });
        buffer.Ack(2);
        buffer.Append(new byte[] { 3 });
        Assert.Equal(new byte[] { 1 }, pinned.ToArray());
        ReplayBuffer.Unpin(block);
        Assert.Equal(new byte[] { 3 }, Read(buffer, 2));
    }

    [Fact]
    public void Small_segments_share_a_block()
    {
        var buffer = new ReplayBuffer();
        for (var i = 0; i < 1000; i++)
        {
            buffer.Append(new byte[20]);
        }

        var blocks = new HashSet<ReplayBlock>();
        for (var offset = 0; offset < 20_000; offset += 20)
        {
            buffer.Pin(offset, out var block);
            blocks.Add(block);
            ReplayBuffer.Unpin(block);
        }

        Assert.True(blocks.Count <= 2, $"{blocks.Count} blocks for 20,000 bytes.");
    }

    [Fact]
    public void Nothing_is_kept_when_all_was_dropped() => Prop.ForAll(
        Gen.Choose(1, 70_000).ListOf().ToArbitrary(),
        sizes =>
        {
            var buffer = new ReplayBuffer();
            foreach (var size in sizes)
            {
                buffer.Append(new byte[size]);
            }

            buffer.Clear();
            return buffer.Length == 0 && buffer.Sent == sizes.Sum(static size => (long)size);
        }).QuickCheckThrowOnFailure();

    private static List<byte> Read(ReplayBuffer buffer, long from)
    {
        var read = new List<byte>();
        while (from < buffer.Sent)
        {
            var bytes = buffer.Pin(from, out var block);
            read.AddRange(bytes.Span);
            ReplayBuffer.Unpin(block);
            from += bytes.Length;
        }

        return read;
    }
}
