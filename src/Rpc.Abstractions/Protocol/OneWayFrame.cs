using System.Buffers.Binary;
using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary><c>OneWay</c>: method id (4), arguments to the end.</summary>
internal static class OneWayFrame
{
    public const int PrefixSize = FrameHeader.Size + 4;

    /// <summary>Puts the header before the payload, into the buffer's headroom.</summary>
    /// <returns>Where the frame begins in the buffer's array.</returns>
    public static int Prefix(PayloadBuffer payload, uint methodId)
    {
        const int Start = PayloadBuffer.Headroom - PrefixSize;
        var prefix = payload.Array.AsSpan(Start, PrefixSize);
        FrameHeader.Write(prefix, FrameSize.Clamp(payload.Length + 4), FrameType.OneWay);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.Slice(FrameHeader.Size), methodId);
        return Start;
    }
}
