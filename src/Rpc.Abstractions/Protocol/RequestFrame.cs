using System.Buffers.Binary;
using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary><c>Request</c>: call id (3), method id (4), arguments to the end.</summary>
internal static class RequestFrame
{
    public const int PrefixSize = FrameHeader.Size + Wire.CallIdSize + 4;

    /// <summary>Puts the header before the payload, into the buffer's headroom.</summary>
    /// <returns>Where the frame begins in the buffer's array.</returns>
    public static int Prefix(PayloadBuffer payload, int callId, uint methodId)
    {
        const int Start = PayloadBuffer.Headroom - PrefixSize;
        var prefix = payload.Array.AsSpan(Start, PrefixSize);
        FrameHeader.Write(prefix, FrameSize.Clamp(payload.Length + Wire.CallIdSize + 4), FrameType.Request);
        Wire.WriteCallId(prefix.Slice(FrameHeader.Size), callId);
        BinaryPrimitives.WriteUInt32LittleEndian(prefix.Slice(FrameHeader.Size + Wire.CallIdSize), methodId);
        return Start;
    }
}
