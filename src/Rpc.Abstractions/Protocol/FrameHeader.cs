using System.Buffers.Binary;

namespace Rpc.Protocol;

/// <summary>The four bytes before every frame on a byte stream: the body's length in 24 bits, then the type. On a message transport the
/// length is left out, and the message begins with the type.</summary>
internal static class FrameHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 4;

    /// <summary>Bytes of the header that a message transport leaves out.</summary>
    public const int LengthSize = 3;

    /// <summary>The longest body that the 24 bits can express; larger frames travel in pieces.</summary>
    public const int MaxBody = 0xFFFFFF;

    public static void Write(Span<byte> destination, int bodyLength, FrameType type) =>
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)bodyLength | ((uint)type << 24));

    public static FrameType Read(uint header, out int bodyLength)
    {
        bodyLength = (int)(header & MaxBody);
        return (FrameType)(header >> 24);
    }
}
