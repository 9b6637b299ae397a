using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>CallerEnd</c>: call id (3), stream (1), and when the stream failed its status as in <see cref="FaultFrame"/>. A stream from the
/// callee ends with its call.</summary>
internal static class StreamEndFrame
{
    public static OutgoingFrame Create(StreamRef stream, RpcException? fault)
    {
        var writer = ControlFrame.Begin();
        stream.Write(ref writer);
        if (fault is not null)
        {
            FaultFrame.WriteStatus(ref writer, fault);
        }

        return ControlFrame.End(ref writer, FrameType.CallerEnd);
    }
}
