namespace Rpc.Connections;

/// <summary>The blocks of one size that no session uses. Thread safe.</summary>
/// <remarks>
/// The one that was given back last is handed out first, as it is the likeliest to be in the cache. The platform's pool keeps 32 arrays of a size for each
/// processor; what 200 sessions have on the way is more, and the rest was made anew each time: in <c>broadcast</c> 51,000 page faults a second, and all threads
/// were halted 370 times a second, instead of 4,100 and 6. Here nothing is given up before a collection of the oldest generation, and then only what was not used since the one before.
/// </remarks>
internal sealed class ReplayBlocks
{
    /// <summary>Bytes of a block of <see cref="Small"/>.</summary>
    public const int SmallSize = 4 * 1024;

    /// <summary>Bytes of a block of <see cref="Large"/>.</summary>
    public const int LargeSize = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly int _size;
    private ReplayBlock? _free;
    private int _count;
    private int _leastCount;

    /// <param name="size">The bytes of a block.</param>
    public ReplayBlocks(int size) => _size = size;

    public static ReplayBlocks Small { get; } = Trimmed(new ReplayBlocks(SmallSize));

    public static ReplayBlocks Large { get; } = Trimmed(new ReplayBlocks(LargeSize));

    /// <summary>How many are free.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Takes a block, empty.</summary>
    public ReplayBlock Rent()
    {
        lock (_gate)
        {
            if (_free is { } block)
            {
                _free = block.Next;
                _count--;
                _leastCount = Math.Min(_leastCount, _count);
                block.Next = null;
                return block;
            }
        }

#if NET8_0_OR_GREATER
        return new ReplayBlock(this, GC.AllocateUninitializedArray<byte>(_size));
#else
        return new ReplayBlock(this, new byte[_size]);
#endif
    }

    /// <summary>Gives a block back; nothing may use it any more.</summary>
    public void Return(ReplayBlock block)
    {
        block.Length = 0;
        block.IsDropped = false;
        lock (_gate)
        {
            block.Next = _free;
            _free = block;
            _count++;
        }
    }

    /// <summary>Leaves as many blocks to the collector as were free all the time since the last call.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            for (; _leastCount > 0; _leastCount--)
            {
                _free = _free!.Next;
                _count--;
            }

            _leastCount = _count;
        }
    }

    private static ReplayBlocks Trimmed(ReplayBlocks blocks)
    {
        _ = new Trimmer(blocks);
        return blocks;
    }

    /// <summary>Is unreachable from the beginning, and so finalized after each collection of the generation that it lives in, which soon is the oldest.</summary>
    private sealed class Trimmer(ReplayBlocks blocks)
    {
        ~Trimmer()
        {
            blocks.Trim();
            GC.ReRegisterForFinalize(this);
        }
    }
}
