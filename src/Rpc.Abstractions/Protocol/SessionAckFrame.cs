using System.Buffers.Binary;

namespace Rpc.Protocol;

/// <summary><c>SessionAck</c>: how many bytes of the session have arrived (8). It is outside the session's count itself, so that neither side has to
/// acknowledge acknowledgements.</summary>
internal static class SessionAckFrame
{
    public const int Size = FrameHeader.Size + 8;

    public static void Write(Span<byte> destination, long received)
    {
        FrameHeader.Write(destination, 8, FrameType.SessionAck);
        BinaryPrimitives.WriteInt64LittleEndian(destination.Slice(FrameHeader.Size), received);
    }
}
