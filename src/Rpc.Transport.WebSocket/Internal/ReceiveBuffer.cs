using System.Buffers;
using System.IO.Pipelines;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>What was received and not consumed yet. Holds no memory while that is nothing. Not thread safe.</summary>
internal sealed class ReceiveBuffer
{
    /// <summary>The least and the most bytes rented at once; between them the size follows what receives bring.</summary>
    public const int MinSegmentSize = 4 * 1024;
    public const int MaxSegmentSize = 64 * 1024;

    /// <summary>A tail with less room than this is left as it is: a tiny receive costs as much as a large one.</summary>
    private const int MinFree = 1024;

    private ReceiveSegment? _head;
    private int _headStart;
    private ReceiveSegment? _tail;
    private ReceiveSegment? _spare;
    private int _segmentSize = MinSegmentSize;

    /// <summary>Whether there is nothing that the consumer has not consumed.</summary>
    public bool IsEmpty => _head is null;

    /// <summary>Whether the consumer has seen all there is.</summary>
    public bool IsExamined { get; private set; } = true;

    public ReadOnlySequence<byte> Content => _head is null ? default : new ReadOnlySequence<byte>(_head, _headStart, _tail!, _tail!.End);

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> GetFree()
    {
        if (_tail is null || _tail.Free.Length < MinFree)
        {
            var segment = _spare ?? new ReceiveSegment();
            _spare = null;
            segment.Rent(_segmentSize);
            _tail?.Append(segment);
            _head ??= segment;
            _tail = segment;
        }

        return _tail.Free;
    }

    /// <summary>Takes what was received into <see cref="GetFree"/>.</summary>
    public void Received(int count)
    {
        var filled = count == _tail!.Free.Length;
        _tail.Add(count);
        IsExamined &= count == 0;
        _segmentSize = filled ? Math.Min(_segmentSize * 2, MaxSegmentSize)
            : count < _segmentSize / 4 ? Math.Max(_segmentSize / 2, MinSegmentSize)
            : _segmentSize;
    }

    /// <summary>Gives back an empty tail that was rented for a receive that brought nothing.</summary>
    public void ReleaseIfNothing()
    {
        if (_head is not null && _head == _tail && _headStart == _tail.End)
        {
            Release();
        }
    }

    /// <param name="consumed">What is not needed any more ends here.</param>
    /// <param name="examined">What was looked at ends here.</param>
    /// <param name="keepTail">A receive into the tail is under way, so its memory must stay.</param>
    public void Advance(SequencePosition consumed, SequencePosition examined, bool keepTail)
    {
        if (_head is null)
        {
            return;
        }

        var to = (ReceiveSegment?)consumed.GetObject() ?? throw new InvalidOperationException("The position is none of the last read.");
        IsExamined = ReferenceEquals(examined.GetObject(), _tail) && examined.GetInteger() == _tail!.End;
        while (_head != to)
        {
            var next = _head.NextSegment ?? throw new InvalidOperationException("The position is none of the last read.");
            Free(_head);
            _head = next;
        }

        _headStart = consumed.GetInteger();
        if (_head == _tail && _headStart == _tail.End && !keepTail)
        {
            Release();
        }
    }

    /// <summary>Gives everything back.</summary>
    public void Release()
    {
        while (_head is not null)
        {
            var next = _head.NextSegment;
            Free(_head);
            _head = next;
        }

        _tail = null;
        _headStart = 0;
        IsExamined = true;
    }

    /// <summary>Forgets everything: a receive that was left under way may still write to it, so it cannot go back to the pool.</summary>
    public void Abandon()
    {
        _head = _tail = null;
        _headStart = 0;
    }

    private void Free(ReceiveSegment segment)
    {
        segment.Return();
        _spare = segment;
    }
}
