using System.Buffers.Binary;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>PieceAck</c>: how many bytes of the bodies of <c>Piece</c> frames its sender has taken since the last one (4).</summary>
internal static class PieceAckFrame
{
    public const int Size = FrameHeader.Size + 4;

    public static void Write(Span<byte> destination, int bytes)
    {
        FrameHeader.Write(destination, 4, FrameType.PieceAck);
        BinaryPrimitives.WriteInt32LittleEndian(destination.Slice(FrameHeader.Size), bytes);
    }

    public static int Read(ref PayloadReader reader)
    {
        var bytes = reader.ReadUnmanaged<int>();
        return bytes > 0 ? bytes : throw new ProtocolException($"{bytes} bytes of pieces were acknowledged.");
    }
}
