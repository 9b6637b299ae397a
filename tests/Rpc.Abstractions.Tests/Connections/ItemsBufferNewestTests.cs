using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Rpc.Protocol;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>Items of which only the newest is of interest.</summary>
public sealed class ItemsBufferNewestTests
{
    private const int Window = 100;

    private readonly ItemsBuffer _buffer = new(new Drain(), Window);

    [Fact]
    public void A_newer_item_takes_the_place_of_one_that_was_not_read()
    {
        Assert.Equal(0, _buffer.AddNewest(0, Item(1, 10)));
        Assert.Equal(0, _buffer.AddNewest(10, Item(2, 10)));
        Assert.Equal(2, Take());
        Assert.Null(Take());
    }

    [Fact]
    public void An_item_that_comes_after_a_newer_one_is_dropped()
    {
        _buffer.AddNewest(10, Item(2, 10));
        Assert.Equal(2, Take());
        _buffer.AddNewest(0, Item(1, 10));
        Assert.Null(Take());
    }

    [Fact]
    public void Credit_is_given_back_for_what_was_lost_replaced_or_read()
    {
        Assert.Equal(0, _buffer.AddNewest(20, Item(1, 10)));
        Assert.Equal(0, _buffer.AddNewest(30, Item(2, 10)));
        Assert.Equal(60, _buffer.AddNewest(60, Item(3, 10)));
        Assert.Equal(3, Take());
        Assert.Equal(0, _buffer.Consume(10));
        Assert.Equal(60, _buffer.AddNewest(120, Item(4, 10)));
    }

    [Fact]
    public void The_position_goes_round()
    {
        var buffer = new ItemsBuffer(new Drain(), int.MaxValue / 4);
        for (var position = 0L; position < 6L << 30; position += 500_000_000)
        {
            Assert.True(buffer.AddNewest(unchecked((uint)position), Item(1, 10)) >= 0);
            Assert.Equal(1, buffer.TryTake(new Nobody(), out var chunk, out _));
            chunk.Release();
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void Who_claims_to_have_lost_more_than_it_might_send_breaks_the_protocol(uint position) =>
        Assert.Throws<ProtocolException>(() => _buffer.AddNewest(position, Item(1, 10)));

    private static FramePayload Item(byte value, int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return Frames.Payload(bytes);
    }

    private int? Take()
    {
        if (_buffer.TryTake(new Nobody(), out var chunk, out _) != 1)
        {
            return null;
        }

        var value = chunk.Span[0];
        chunk.Release();
        return value;
    }

    private sealed class Nobody : Work
    {
        public override void Execute(int op, int version, FramePayload payload)
        {
        }
    }
}
