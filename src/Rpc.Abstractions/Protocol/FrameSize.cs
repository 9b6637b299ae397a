namespace Rpc.Protocol;

/// <summary>Lengths of frames.</summary>
internal static class FrameSize
{
    /// <summary>The length that goes into the header. A frame that is too long for 24 bits travels in pieces, where the header of
    /// the whole is not sent, so that its length field does not matter.</summary>
    public static int Clamp(int bodyLength) => Math.Min(bodyLength, FrameHeader.MaxBody);
}
