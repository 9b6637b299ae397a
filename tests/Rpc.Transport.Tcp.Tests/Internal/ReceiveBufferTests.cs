using System.Buffers;
using Rpc.Transport.Conformance;
using Rpc.Transport.Tcp.Internal;
using Xunit;

namespace Rpc.Transport.Tcp.Tests.Internal;

public sealed class ReceiveBufferTests
{
    private readonly ReceiveBuffer _buffer = new();
    private long _received;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_order_of_receives_and_advances_shows_the_bytes_that_came(int seed)
    {
        var random = new Random(seed);
        long consumed = 0;
        for (var i = 0; i < 20_000; i++)
        {
            if (random.Next(3) == 0)
            {
                _buffer.Shrink();
            }

            var memory = random.Next(2) == 0 ? _buffer.GetLargeMemory() : _buffer.GetSmallMemory();
            Receive(memory, random.Next(10) == 0 ? memory.Length : random.Next(1, Math.Min(memory.Length, 700)));

            var sequence = _buffer.Sequence;
            var length = sequence.Length;
            Assert.Equal(_received - consumed, length);
            var position = consumed;
            foreach (var segment in sequence)
            {
                Assert.Equal(-1, TestBytes.FirstDifference(segment.Span, position));
                position += segment.Length;
            }

            // Consumes on the average as much as comes, and all of it now and then.
            var take = random.Next(4) == 0 ? length : Math.Min(length, random.Next(0, 1500));
            var examine = random.Next(2) == 0 ? length : take;
            _buffer.AdvanceTo(sequence.GetPosition(take), sequence.GetPosition(examine));
            consumed += take;
            Assert.Equal(examine < length, _buffer.HasUnexamined);
        }

        _buffer.Clear();
        Assert.False(_buffer.HoldsLarge);
    }

    [Fact]
    public void A_little_left_over_moves_from_the_pooled_array_to_the_small_one()
    {
        Receive(_buffer.GetLargeMemory(), 10_000);
        Consume(9_900);
        var memory = _buffer.GetSmallMemory();

        Assert.False(_buffer.HoldsLarge);
        Assert.Equal(ReceiveBuffer.SmallSize - 100, memory.Length);
        Assert.Equal(TestBytes.Make(100, 9_900), _buffer.Sequence.ToArray());
    }

    [Fact]
    public void Much_left_over_stays_where_it_is()
    {
        Receive(_buffer.GetLargeMemory(), 10_000);
        Consume(1_000);
        _buffer.GetSmallMemory();

        Assert.True(_buffer.HoldsLarge);
        Assert.Equal(9_000, _buffer.Sequence.Length);
    }

    [Fact]
    public void A_partial_frame_at_the_end_of_an_array_moves_to_its_front()
    {
        var memory = _buffer.GetLargeMemory();
        Receive(memory, memory.Length);
        Consume(memory.Length - 100);

        Receive(_buffer.GetLargeMemory(), 1_000);
        Assert.True(_buffer.Sequence.IsSingleSegment);
        Assert.Equal(TestBytes.Make(1_100, memory.Length - 100), _buffer.Sequence.ToArray());
    }

    [Fact]
    public void A_frame_larger_than_an_array_is_a_chain()
    {
        for (var i = 0; i < 5; i++)
        {
            var memory = _buffer.GetLargeMemory();
            Receive(memory, memory.Length);
        }

        Assert.False(_buffer.Sequence.IsSingleSegment);
        Assert.Equal(TestBytes.Make((int)_received), _buffer.Sequence.ToArray());
        Consume(_received);
        Assert.Equal(0, _buffer.Length);
    }

    [Fact]
    public void What_a_receive_in_flight_writes_to_is_not_moved_by_an_advance()
    {
        Receive(_buffer.GetLargeMemory(), 100);
        var lent = _buffer.GetLargeMemory();
        Consume(100);
        Receive(lent, 50);

        Assert.Equal(TestBytes.Make(50, 100), _buffer.Sequence.ToArray());
    }

    [Fact]
    public void A_position_beyond_what_was_read_is_refused()
    {
        Receive(_buffer.GetSmallMemory(), 10);
        var stale = _buffer.Sequence;
        Consume(10);
        Assert.Throws<InvalidOperationException>(() => _buffer.AdvanceTo(stale.Start, stale.Start));
    }

    private void Receive(Memory<byte> memory, int count)
    {
        TestBytes.Fill(memory.Span[..count], _received);
        _buffer.Commit(0, count);
        _received += count;
    }

    private void Consume(long count)
    {
        var position = _buffer.Sequence.GetPosition(count);
        _buffer.AdvanceTo(position, position);
    }
}
