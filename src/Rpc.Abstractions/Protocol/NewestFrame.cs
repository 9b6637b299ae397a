using System.Buffers.Binary;
using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary><c>CallerNewest</c>, <c>CalleeNewest</c>: call id (3), stream (1), position (4), an item. May be lost, or come after a newer one.</summary>
/// <remarks>The position is how many bytes of items the stream had before this one, modulo 2^32: by it the receiver knows what was lost, and gives the credit
/// for it back.</remarks>
internal static class NewestFrame
{
    public const int PositionSize = 4;

    /// <summary>Puts the header before the item, into the buffer's headroom.</summary>
    /// <returns>Where the frame begins in the buffer's array.</returns>
    public static int Prefix(PayloadBuffer item, FrameType type, StreamRef stream, uint position)
    {
        const int Start = PayloadBuffer.Headroom - ItemsFrame.PrefixSize - PositionSize;
        var prefix = item.Array.AsSpan(Start, ItemsFrame.PrefixSize + PositionSize);
        FrameHeader.Write(prefix, FrameSize.Clamp(item.Length + StreamRef.Size + PositionSize), type);
        stream.Write(prefix.Slice(FrameHeader.Size));
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.Slice(ItemsFrame.PrefixSize), position);
        return Start;
    }
}
