using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary>A frame that is ready to go: header and body in one piece, from <paramref name="Start"/> to the end of the buffer.</summary>
internal readonly record struct OutgoingFrame(PayloadBuffer Buffer, int Start)
{
    /// <summary>Bytes of header and body.</summary>
    public int Length => Buffer.End - Start;

    /// <summary>Header and body.</summary>
    public ReadOnlySpan<byte> Span => Buffer.Array.AsSpan(Start, Length);

    /// <summary>The type of the frame.</summary>
    public FrameType Type => (FrameType)Buffer.Array[Start + FrameHeader.LengthSize];
}
