using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class ReplayBlocksTests
{
    private readonly ReplayBlocks _blocks = new(100);

    [Fact]
    public void The_block_that_was_given_back_last_is_handed_out_first()
    {
        var first = _blocks.Rent();
        var second = _blocks.Rent();
        _blocks.Return(first);
        _blocks.Return(second);
        Assert.Same(second, _blocks.Rent());
        Assert.Same(first, _blocks.Rent());
        Assert.NotSame(first, _blocks.Rent());
    }

    [Fact]
    public void A_block_is_handed_out_empty()
    {
        var block = _blocks.Rent();
        Assert.Equal(100, block.Array.Length);
        block.Length = 7;
        block.IsDropped = true;
        _blocks.Return(block);
        Assert.Same(block, _blocks.Rent());
        Assert.Equal((0, false, 0), (block.Length, block.IsDropped, block.Pins));
        Assert.Null(block.Next);
    }

    [Fact]
    public void A_block_that_leads_to_the_next_free_one_does_not_when_it_is_handed_out()
    {
        Return(2);
        Assert.Null(_blocks.Rent().Next);
    }

    [Fact]
    public void What_was_not_used_between_two_collections_is_given_up_and_nothing_else()
    {
        Return(10);
        _blocks.Trim();
        Assert.Equal(10, _blocks.Count);

        // Four are in use at a time, so six were not needed.
        Return(4);
        Return(3);
        _blocks.Trim();
        Assert.Equal(4, _blocks.Count);
        _blocks.Trim();
        Assert.Equal(0, _blocks.Count);
    }

    [Fact]
    public void Blocks_that_are_in_use_outlive_a_trim()
    {
        var block = _blocks.Rent();
        _blocks.Trim();
        _blocks.Trim();
        _blocks.Return(block);
        Assert.Equal(1, _blocks.Count);
        Assert.Same(block, _blocks.Rent());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(ReplayBlocks.SmallSize)]
    [InlineData(ReplayBlocks.SmallSize + 1)]
    [InlineData(ReplayBlocks.LargeSize * 2)]
    [InlineData((ReplayBlocks.LargeSize * 2) + 20)]
    public void A_chain_holds_what_was_copied_and_no_more_than_it_needs(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var chain = ReplayChain.Copy(bytes);
        var copied = new List<byte>();
        var room = 0;
        for (var block = chain.Head; block is not null; block = block.Next)
        {
            copied.AddRange(block.Array.AsSpan(0, block.Length));
            room += block.Array.Length;
            if (block.Next is null)
            {
                Assert.Same(chain.Tail, block);
            }
        }

        Assert.Equal(bytes, copied);
        Assert.True(room <= length + ReplayBlocks.LargeSize, $"{room} bytes for {length}.");
        chain.Return();
    }

    private void Return(int count)
    {
        var rented = Enumerable.Range(0, count).Select(_ => _blocks.Rent()).ToList();
        rented.ForEach(_blocks.Return);
    }
}
