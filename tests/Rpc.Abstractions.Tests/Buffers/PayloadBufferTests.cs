using Rpc.Buffers;
using Rpc.Serialization;
using Xunit;

namespace Rpc.Abstractions.Tests.Buffers;

public sealed class PayloadBufferTests
{
    [Fact]
    public void A_buffer_is_empty_when_rented_and_grows()
    {
        var buffer = PayloadBuffer.Rent();
        Assert.Equal(0, buffer.Length);

        for (var i = 0; i < 100_000; i++)
        {
            buffer.GetSpan(1)[0] = (byte)i;
            buffer.Advance(1);
        }

        Assert.Equal(100_000, buffer.Length);
        for (var i = 0; i < 100_000; i++)
        {
            Assert.Equal((byte)i, buffer.WrittenSpan[i]);
        }

        Assert.Equal(buffer.WrittenSpan.ToArray(), buffer.WrittenMemory.ToArray());
        buffer.Return();
    }

    [Fact]
    public void A_nested_rental_gets_another_buffer()
    {
        var outer = PayloadBuffer.Rent();
        var inner = PayloadBuffer.Rent();

        Assert.NotSame(outer, inner);
        inner.Return();
        outer.Return();
    }

    [Fact]
    public void A_returned_buffer_is_rented_again_by_the_same_thread_without_allocation()
    {
        PayloadBuffer.Rent().Return();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            PayloadBuffer.Rent().Return();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(512)]
    [InlineData(5000)]
    public void The_limit_is_exact_though_the_array_is_longer(int limit)
    {
        var buffer = PayloadBuffer.Rent(limit);
        var writer = new PayloadWriter(buffer);
        for (var i = 0; i < limit; i++)
        {
            writer.WriteByte(1);
        }

        writer.Commit();
        Assert.Equal(limit, buffer.Length);
        var thrown = Assert.Throws<PayloadTooLargeException>(() =>
        {
            var more = new PayloadWriter(buffer);
            more.WriteByte(1);
        });
        Assert.Equal(limit, thrown.Limit);
        Assert.Equal(limit + 1, thrown.Required);
        Assert.Throws<PayloadTooLargeException>(() => buffer.GetSpan(1).Length);
        Assert.Throws<PayloadTooLargeException>(() => buffer.GetMemory().Length);
        buffer.Return();
    }

    [Fact]
    public void More_than_was_handed_out_cannot_be_advanced()
    {
        var buffer = PayloadBuffer.Rent(10);

        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(11));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.GetSpan(-1).Length);
        buffer.Return();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    [InlineData(int.MinValue)]
    public void A_writer_cannot_be_advanced_beyond_what_was_handed_out(int count)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            var writer = new PayloadWriter(PayloadBuffer.Rent(10));
            writer.GetSpan(10);
            writer.Advance(count);
        });
    }

    [Fact]
    public void A_writer_and_others_may_take_turns()
    {
        var buffer = PayloadBuffer.Rent();
        var writer = new PayloadWriter(buffer);
        writer.WriteByte(1);
        writer.Commit();
        buffer.GetSpan(2000).Slice(0, 2000).Fill(2);
        buffer.Advance(2000);
        writer.Reload();
        writer.WriteByte(3);
        writer.Commit();

        Assert.Equal(2002, buffer.Length);
        Assert.Equal(2002, writer.Position);
        Assert.Equal(1, buffer.WrittenSpan[0]);
        Assert.Equal(2, buffer.WrittenSpan[2000]);
        Assert.Equal(3, buffer.WrittenSpan[2001]);
        buffer.Return();
    }

    [Fact]
    public void A_detached_array_is_no_longer_the_buffers()
    {
        var buffer = PayloadBuffer.Rent();
        buffer.GetSpan(1)[0] = 42;
        buffer.Advance(1);

        var array = buffer.Detach();
        var next = PayloadBuffer.Rent();
        next.GetSpan(1)[0] = 7;
        next.Advance(1);

        Assert.Equal(42, array[PayloadBuffer.Headroom]);
        next.Return();
        System.Buffers.ArrayPool<byte>.Shared.Return(array);
    }
}
