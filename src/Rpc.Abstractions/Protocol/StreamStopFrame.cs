namespace Rpc.Protocol;

/// <summary><c>CalleeStop</c>: call id (3), stream (1). The callee reads no more of a stream parameter; the caller stops sending it.</summary>
internal static class StreamStopFrame
{
    public static OutgoingFrame Create(StreamRef stream)
    {
        var writer = ControlFrame.Begin();
        stream.Write(ref writer);
        return ControlFrame.End(ref writer, FrameType.CalleeStop);
    }
}
