using System.Buffers.Binary;

namespace Rpc.Protocol;

/// <summary><c>Piece</c>: transfer (2), flags (1), in the first piece the length of the whole (4), bytes to the end. The pieces of one transfer, put
/// together, are the type and the body of a frame; pieces of several transfers and other frames may stand between them.</summary>
internal static class PieceFrame
{
    /// <summary>Flag of the first piece.</summary>
    public const byte First = 1;

    /// <summary>Flag of the last piece.</summary>
    public const byte Last = 2;

    public const int PrefixSize = FrameHeader.Size + 3;
    public const int FirstPrefixSize = PrefixSize + 4;

    /// <summary>Writes the header of a piece over the bytes before <paramref name="start"/>, which have been sent, or are headroom.</summary>
    /// <returns>Where the piece's frame begins.</returns>
    public static int Prefix(byte[] array, int start, int length, ushort transfer, byte flags, int total)
    {
        var size = (flags & First) != 0 ? FirstPrefixSize : PrefixSize;
        var prefix = array.AsSpan(start - size, size);
        FrameHeader.Write(prefix, length + size - FrameHeader.Size, FrameType.Piece);
        BinaryPrimitives.WriteUInt16LittleEndian(prefix.Slice(FrameHeader.Size), transfer);
        prefix[FrameHeader.Size + 2] = flags;
        if ((flags & First) != 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(prefix.Slice(PrefixSize), total);
        }

        return start - size;
    }
}
