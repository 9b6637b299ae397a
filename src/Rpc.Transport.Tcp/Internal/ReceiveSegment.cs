using System.Buffers;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>One array of a <see cref="ReceiveBuffer"/>: written from the front, never beyond its length.</summary>
internal sealed class ReceiveSegment : ReadOnlySequenceSegment<byte>
{
    internal byte[] Array { get; private set; } = [];

    /// <summary>How many bytes of the array are filled.</summary>
    internal int End { get; private set; }

    internal int Free => Array.Length - End;

    internal new ReceiveSegment? Next => (ReceiveSegment?)base.Next;

    internal void Open(byte[] array)
    {
        Array = array;
        SetEnd(0);
    }

    internal void SetEnd(int end)
    {
        End = end;
        Memory = Array.AsMemory(0, end);
    }

    internal void Append(ReceiveSegment next)
    {
        base.Next = next;
        next.RunningIndex = RunningIndex + End;
    }

    /// <summary>Forgets the array and the place in the chain.</summary>
    /// <returns>The array.</returns>
    internal byte[] Close()
    {
        var array = Array;
        Open([]);
        base.Next = null;
        RunningIndex = 0;
        return array;
    }
}
