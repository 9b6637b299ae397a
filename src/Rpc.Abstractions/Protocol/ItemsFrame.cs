using Rpc.Buffers;

namespace Rpc.Protocol;

/// <summary><c>CallerItems</c>, <c>CalleeItems</c>: call id (3), stream (1), items one after another to the end.</summary>
/// <remarks>Stream 0 is the result; 1 and above are the method's stream and progress parameters in order.</remarks>
internal static class ItemsFrame
{
    public const int PrefixSize = FrameHeader.Size + StreamRef.Size;

    /// <summary>Puts the header before the items, into the buffer's headroom.</summary>
    /// <returns>Where the frame begins in the buffer's array.</returns>
    public static int Prefix(PayloadBuffer items, FrameType type, StreamRef stream)
    {
        const int Start = PayloadBuffer.Headroom - PrefixSize;
        var prefix = items.Array.AsSpan(Start, PrefixSize);
        FrameHeader.Write(prefix, FrameSize.Clamp(items.Length + StreamRef.Size), type);
        stream.Write(prefix.Slice(FrameHeader.Size));
        return Start;
    }
}
