namespace Rpc.Connections;

/// <summary>A copy of bytes in blocks of its own, made before it is added to a <see cref="ReplayBuffer"/>.</summary>
internal readonly struct ReplayChain
{
    private ReplayChain(ReplayBlock head, ReplayBlock tail)
    {
        Head = head;
        Tail = tail;
    }

    public ReplayBlock? Head { get; }

    public ReplayBlock? Tail { get; }

    /// <summary>Copies bytes, at least one.</summary>
    public static ReplayChain Copy(ReadOnlySpan<byte> bytes)
    {
        ReplayBlock? head = null;
        ReplayBlock? tail = null;
        while (!bytes.IsEmpty)
        {
            var block = (bytes.Length > ReplayBlocks.SmallSize ? ReplayBlocks.Large : ReplayBlocks.Small).Rent();
            block.Length = Math.Min(bytes.Length, block.Array.Length);
            bytes.Slice(0, block.Length).CopyTo(block.Array);
            bytes = bytes.Slice(block.Length);
            head ??= block;
            if (tail is not null)
            {
                tail.Next = block;
            }

            tail = block;
        }

        return new ReplayChain(head!, tail!);
    }

    /// <summary>Gives the blocks back instead of adding them.</summary>
    public void Return()
    {
        for (var block = Head; block is not null;)
        {
            var next = block.Next;
            block.Pool.Return(block);
            block = next;
        }
    }
}
