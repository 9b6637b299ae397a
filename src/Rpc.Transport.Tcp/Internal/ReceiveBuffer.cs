using System.Buffers;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>What a connection has received and its reader has not consumed: a chain of arrays, nearly always of one.</summary>
/// <remarks>
/// Two kinds of array: the connection's own small one, in which it waits for bytes, and large pooled ones, held only while there is much to
/// read. Bytes move between arrays only in <see cref="GetLargeMemory"/> and <see cref="GetSmallMemory"/>, that is, after the reader gave
/// back what it was shown and before it is shown anything again. Not thread safe.
/// </remarks>
internal sealed class ReceiveBuffer
{
    /// <summary>Size (bytes) of a pooled array: one receive takes what the kernel has gathered.</summary>
    internal const int LargeSize = 64 * 1024;

    /// <summary>The usual size (bytes) of the connection's own array, in which it waits. Most calls fit; larger ones cost one more system call.</summary>
    /// <remarks>16 bytes back and forth over loopback, p10 of 150 interleaved runs of 1,000: a raw socket 9.78 µs, waiting in this array 10.03 µs,
    /// waiting with an empty receive and renting then 10.68 µs. Half a kilobyte an idle connection buys the difference.</remarks>
    internal const int SmallSize = 512;

    /// <summary>Least free space (bytes) worth a receive; with less a further array is taken.</summary>
    private const int MinFree = 4096;

    /// <summary>Most bytes (a partial frame) that are moved to keep the buffer in one array.</summary>
    private const int MaxMove = 4096;

    private readonly int _smallSize;
    private ReceiveSegment _head = new();
    private ReceiveSegment _tail;
    private ReceiveSegment? _spare;
    private byte[]? _small;
    private int _start;
    private long _examined;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="smallSize">Size (bytes) of the connection's own array.</param>
    internal ReceiveBuffer(int smallSize = SmallSize)
    {
        _smallSize = smallSize;
        _tail = _head;
    }

    /// <summary>Bytes received and not consumed.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether the reader has not yet seen all of them.</summary>
    internal bool HasUnexamined => Length > _examined;

    /// <summary>Whether a pooled array is held.</summary>
    internal bool HoldsLarge => _tail.Array.Length > _smallSize;

    internal ReadOnlySequence<byte> Sequence =>
        Length == 0 ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_head, _start, _tail, _tail.End);

    /// <summary>Takes back what the reader was shown.</summary>
    internal void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (examined.GetObject() is ReceiveSegment examinedSegment)
        {
            _examined = examinedSegment.RunningIndex + examined.GetInteger() - _head.RunningIndex - _start;
        }

        if (consumed.GetObject() is not ReceiveSegment segment)
        {
            return;
        }

        var count = segment.RunningIndex + consumed.GetInteger() - _head.RunningIndex - _start;
        if (count < 0 || count > Length || _examined > Length)
        {
            throw new InvalidOperationException("The position is not one of the buffer that was read last.");
        }

        Length -= count;
        _examined = Math.Max(0, _examined - count);
        _start = consumed.GetInteger();
        while (_head != segment)
        {
            RemoveHead();
        }

        // All of an array may be consumed although there is another after it.
        while (_head != _tail && _start == _head.End)
        {
            RemoveHead();
            _start = 0;
        }
    }

    /// <summary>Gives memory of a pooled array to receive into, at least a few kilobytes.</summary>
    internal Memory<byte> GetLargeMemory()
    {
        if (!HoldsLarge)
        {
            MoveTo(ArrayPool<byte>.Shared.Rent(LargeSize));
        }
        else if (_head == _tail && _start > 0 && Length <= MaxMove && (Length == 0 || _tail.Free < LargeSize / 2))
        {
            MoveTo(_tail.Array);
        }

        if (_tail.Free < MinFree)
        {
            var next = _spare ?? new ReceiveSegment();
            _spare = null;
            next.Open(ArrayPool<byte>.Shared.Rent(LargeSize));
            _tail.Append(next);
            _tail = next;
        }

        return _tail.Array.AsMemory(_tail.End);
    }

    /// <summary>Gives back the pooled array if what it holds fits the small one, and gives memory to wait in.</summary>
    /// <returns>Memory of the small array; of the pooled one if more than half a small one is held.</returns>
    internal Memory<byte> GetSmallMemory()
    {
        if (Length > _smallSize / 2)
        {
            return GetLargeMemory();
        }

        if (_tail.Array != _small || (_start > 0 && Length > 0))
        {
            MoveTo(_small ??= new byte[_smallSize]);
        }
        else if (_start > 0)
        {
            _start = 0;
            _tail.SetEnd(0);
        }

        return _small.AsMemory(_tail.End);
    }

    /// <summary>Gives back the pooled array if it holds nothing, or so little that the small one takes it.</summary>
    internal void Shrink()
    {
        if (Length == 0)
        {
            Clear();
        }
        else if (HoldsLarge && Length <= _smallSize / 2)
        {
            MoveTo(_small ??= new byte[_smallSize]);
        }
    }

    /// <summary>Adds bytes that were received into the memory given last.</summary>
    /// <param name="start">How many bytes before them are to be left out; 0 unless nothing is held.</param>
    /// <param name="count">How many bytes.</param>
    internal void Commit(int start, int count)
    {
        if (start > 0)
        {
            _start = _tail.End + start;
        }

        _tail.SetEnd(_tail.End + start + count);
        Length += count;
    }

    /// <summary>Drops everything and gives back every pooled array.</summary>
    internal void Clear()
    {
        while (_head != _tail)
        {
            RemoveHead();
        }

        Return(_head.Close());
        _start = 0;
        _examined = 0;
        Length = 0;
    }

    // Moves what is held to the front of an array, which may be the only one there is.
    private void MoveTo(byte[] array)
    {
        var length = (int)Length;
        Sequence.CopyTo(array);
        while (_head != _tail)
        {
            RemoveHead();
        }

        if (_tail.Array != array)
        {
            Return(_tail.Array);
        }

        _tail.Open(array);
        _tail.SetEnd(length);
        _start = 0;
    }

    private void RemoveHead()
    {
        var next = _head.Next!;
        Return(_head.Close());
        _spare = _head;
        _head = next;
    }

    private void Return(byte[] array)
    {
        if (array.Length > _smallSize)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
