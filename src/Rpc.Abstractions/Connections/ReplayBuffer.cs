using System.Buffers;

namespace Rpc.Connections;

/// <summary>What was sent in a session and is not yet known to have arrived, so that it can be sent again.</summary>
/// <remarks>Not thread safe. A block that is being written is pinned: its array is not given back before the write has ended, whatever the peer
/// claims to have received.</remarks>
internal sealed class ReplayBuffer
{
    /// <summary>Segments up to this size (bytes) are copied together; larger ones are kept as they are, as a copy would cost more.</summary>
    public const int CopyLimit = 16 * 1024;

    private const int SmallBlock = 4 * 1024;
    private const int LargeBlock = 64 * 1024;

    private Block? _head;
    private Block? _tail;

    /// <summary>The offset up to which everything has arrived.</summary>
    public long Acked { get; private set; }

    /// <summary>The offset behind the last byte.</summary>
    public long Sent { get; private set; }

    /// <summary>Bytes that may have to be sent again.</summary>
    public long Length => Sent - Acked;

    /// <summary>Adds a copy of bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var tail = _tail is { IsOwned: false } last && last.End < last.Array.Length ? last : AddBlock();
            var count = Math.Min(bytes.Length, tail.Array.Length - tail.End);
            bytes.Slice(0, count).CopyTo(tail.Array.AsSpan(tail.End));
            tail.End += count;
            Sent += count;
            bytes = bytes.Slice(count);
        }
    }

    /// <summary>Takes a segment over, array and all, pinned.</summary>
    /// <returns>What <see cref="Unpin"/> is to be called with when the segment has been written.</returns>
    public Block AppendOwned(OutputSegment segment)
    {
        var block = Add(new Block(segment.Array, segment.Start, segment.End, Sent, isOwned: true));
        block.Pins = 1;
        Sent += segment.End - segment.Start;
        return block;
    }

    /// <summary>Drops what has arrived.</summary>
    /// <param name="offset">Between <see cref="Acked"/> and <see cref="Sent"/>.</param>
    public void Ack(long offset)
    {
        Acked = offset;
        while (_head is { } head && head.Offset + (head.End - head.Start) <= offset)
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
    public ReadOnlyMemory<byte> Pin(long offset, out Block block)
    {
        block = _head!;
        while (block.Offset + (block.End - block.Start) <= offset)
        {
            block = block.Next!;
        }

        block.Pins++;
        var start = block.Start + (int)(offset - block.Offset);
        return block.Array.AsMemory(start, block.End - start);
    }

    /// <summary>A write has ended.</summary>
    public static void Unpin(Block block)
    {
        block.Pins--;
        if (block.IsDropped && block.Pins == 0)
        {
            ArrayPool<byte>.Shared.Return(block.Array);
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        for (; _head is { } head; _head = head.Next)
        {
            Drop(head);
        }

        _tail = null;
        Acked = Sent;
    }

    private static void Drop(Block block)
    {
        block.IsDropped = true;
        if (block.Pins == 0)
        {
            ArrayPool<byte>.Shared.Return(block.Array);
        }
    }

    private Block AddBlock() => Add(new Block(ArrayPool<byte>.Shared.Rent(_head is null ? SmallBlock : LargeBlock), 0, 0, Sent, isOwned: false));

    private Block Add(Block block)
    {
        if (_tail is null)
        {
            _head = block;
        }
        else
        {
            _tail.Next = block;
        }

        _tail = block;
        return block;
    }

    /// <summary>A stretch of the session's bytes in one array of the shared pool.</summary>
    internal sealed class Block
    {
        public Block(byte[] array, int start, int end, long offset, bool isOwned)
        {
            Array = array;
            Start = start;
            End = end;
            Offset = offset;
            IsOwned = isOwned;
        }

        public byte[] Array { get; }

        public int Start { get; }

        public int End { get; set; }

        /// <summary>Where the byte at <see cref="Start"/> stands in the session.</summary>
        public long Offset { get; }

        /// <summary>Whether the array was taken over with what is in it: nothing is added.</summary>
        public bool IsOwned { get; }

        /// <summary>Writes under way.</summary>
        public int Pins { get; set; }

        public bool IsDropped { get; set; }

        public Block? Next { get; set; }
    }
}
