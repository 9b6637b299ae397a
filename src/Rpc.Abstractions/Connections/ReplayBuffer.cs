namespace Rpc.Connections;

/// <summary>What was sent in a session and is not yet known to have arrived, so that it can be sent again.</summary>
/// <remarks>
/// Not thread safe. A block that is being sent again is pinned: it is not given back before the write has ended, whatever the peer claims to have received.
/// All is copied: the memory that it was written in goes on to the next call while it is in the cache, and what is kept is read again after a loss only.
/// </remarks>
internal sealed class ReplayBuffer
{
    private ReplayBlock? _head;
    private ReplayBlock? _tail;

    /// <summary>The offset up to which everything has arrived.</summary>
    public long Acked { get; private set; }

    /// <summary>The offset behind the last byte.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes that may have to be sent again.</summary>
    public long Length => Sent - Acked;

    /// <summary>Adds a copy of bytes, in the last block as far as there is room.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tail = _tail is { } last && last.Length < last.Array.Length ? last : AddBlock(bytes.Length);
            var count = Math.Min(bytes.Length, tail.Array.Length - tail.Length);
            bytes.Slice(0, count).CopyTo(tail.Array.AsSpan(tail.Length));
            tail.Length += count;
            Sent += count;
            bytes = bytes.Slice(count);
        }
    }

    /// <summary>Adds what was copied before; its blocks belong to this from now on.</summary>
    public void Append(ReplayChain chain)
    {
        for (var block = chain.Head; block is not null; block = block.Next)
        {
            block.Offset = Sent;
            Sent += block.Length;
        }

        Link(chain.Head!);
        _tail = chain.Tail;
    }

    /// <summary>Drops what has arrived.</summary>
    /// <param name="offset">Between <see cref="Acked"/> and <see cref="Sent"/>.</param>
    public void Ack(long offset)
    {
        Acked = offset;
        while (_head is { } head && head.Offset + head.Length <= offset)
        {
            _head = head.Next;
            Drop(head);
        }

        if (_head is null)
        {
            _tail = null;
        }
    }

    /// <summary>The bytes from an offset on, as far as they are in one piece; pinned.</summary>
    /// <param name="offset">From <see cref="Acked"/> to below <see cref="Sent"/>.</param>
    /// <param name="block">What <see cref="Unpin"/> is to be called with.</param>
    public ReadOnlyMemory<byte> Pin(long offset, out ReplayBlock block)
    {
        block = _head!;
        while (block.Offset + block.Length <= offset)
        {
            block = block.Next!;
        }

        block.Pins++;
        var start = (int)(offset - block.Offset);
        return block.Array.AsMemory(start, block.Length - start);
    }

    /// <summary>A write has ended.</summary>
    public static void Unpin(ReplayBlock block)
    {
        block.Pins--;
        if (block.IsDropped && block.Pins == 0)
        {
            block.Pool.Return(block);
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear() => Ack(Sent);

    private static void Drop(ReplayBlock block)
    {
        block.Next = null;
        block.IsDropped = true;
        if (block.Pins == 0)
        {
            block.Pool.Return(block);
        }
    }

    /// <summary>Adds an empty block: a small one where nothing is kept and little comes, so that a session with little under way holds little.</summary>
    private ReplayBlock AddBlock(int length)
    {
        var block = (_head is null && length <= ReplayBlocks.SmallSize ? ReplayBlocks.Small : ReplayBlocks.Large).Rent();
        block.Offset = Sent;
        Link(block);
        _tail = block;
        return block;
    }

    private void Link(ReplayBlock block)
    {
        if (_tail is null)
        {
            _head = block;
        }
        else
        {
            _tail.Next = block;
        }
    }
}
