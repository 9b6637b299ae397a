using System.Buffers;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A large frame on its way in pieces.</summary>
internal sealed class Transfer
{
    /// <summary>Bytes of the frame that one piece carries. A small frame waits for one piece at most, 64 KiB: about 20 µs on loopback.</summary>
    public const int PieceSize = 64 * 1024;

    private readonly byte[] _array;
    private readonly int _end;
    private int _position;

    public Transfer(OutgoingFrame frame, bool low = false, uint lane = 0)
    {
        Low = low;
        Lane = lane;
        // What is pieced together at the other side begins with the type: the length before it is left out.
        _position = frame.Start + FrameHeader.LengthSize;
        _end = frame.Buffer.End;
        Total = _end - _position;
        _array = frame.Buffer.Detach();
    }

    /// <summary>Its number, from <see cref="Begin"/> on.</summary>
    public ushort Id { get; private set; }

    /// <summary>The bytes of all pieces together: type and body of the frame.</summary>
    public int Total { get; }

    /// <summary>Whether it goes after everything else.</summary>
    public bool Low { get; }

    /// <summary>The lane of frames that arrive in order, or 0.</summary>
    public uint Lane { get; }

    /// <summary>How many bytes of the queue the last piece took off; all pieces together make the length of the frame.</summary>
    public int LastCharge { get; private set; }

    /// <summary>Type and body, if no piece has been taken; empty otherwise.</summary>
    public ReadOnlySpan<byte> Unsent => _end - _position == Total ? _array.AsSpan(_position, Total) : default;

    public bool IsDone => _position == _end;

    /// <summary>Gives it a number that no other has which is under way; before the first piece.</summary>
    public void Begin(ushort id) => Id = id;

    /// <summary>The next piece, header and bytes; valid until the next call. The header overwrites bytes that were sent before.</summary>
    public OutputSegment Next(int pieceSize = PieceSize)
    {
        var length = Math.Min(pieceSize, _end - _position);
        var first = _end - _position == Total;
        var flags = (byte)((first ? PieceFrame.First : 0) | (_position + length == _end ? PieceFrame.Last : 0));
        var start = PieceFrame.Prefix(_array, _position, length, Id, flags, Total);
        _position += length;
        LastCharge = first ? length + FrameHeader.LengthSize : length;
        return new OutputSegment { Array = _array, Start = start, End = _position };
    }

    public void Return() => ArrayPool<byte>.Shared.Return(_array);
}
