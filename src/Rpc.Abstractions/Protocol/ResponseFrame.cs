using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary><c>Response</c>: call id (3), result to the end. Ends a call, also one that returns a stream, whose result is empty.</summary>
internal static class ResponseFrame
{
    public const int PrefixSize = FrameHeader.Size + Wire.CallIdSize;

    /// <summary>Puts the header before the payload, into the buffer's headroom.</summary>
    /// <returns>Where the frame begins in the buffer's array.</returns>
    public static int Prefix(PayloadBuffer payload, int callId)
    {
        const int Start = PayloadBuffer.Headroom - PrefixSize;
        var prefix = payload.Array.AsSpan(Start, PrefixSize);
        FrameHeader.Write(prefix, FrameSize.Clamp(payload.Length + Wire.CallIdSize), FrameType.Response);
        Wire.WriteCallId(prefix.Slice(FrameHeader.Size), callId);
        return Start;
    }
}
