using System.Buffers;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A piece of what was received and not consumed yet, in a pooled array.</summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    private byte[] _array = [];

    /// <summary>The number of bytes received into this segment.</summary>
    public int End { get; private set; }

    public ReceiveSegment? NextSegment => (ReceiveSegment?)Next;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _array.AsMemory(End);

    public void Rent(int size)
    {
        _array = ArrayPool<byte>.Shared.Rent(size);
        End = 0;
        Memory = default;
        Next = null;
        RunningIndex = 0;
    }

    public void Add(int count)
    {
        End += count;
        Memory = _array.AsMemory(0, End);
    }

    public void Append(ReceiveSegment segment)
    {
        segment.RunningIndex = RunningIndex + End;
        Next = segment;
    }

    public void Return()
    {
        ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        Memory = default;
        Next = null;
    }
}
