namespace Rpc.Protocol;

/// <summary><c>Cancel</c>: call id (3). The caller no longer waits; the call still ends with a response or fault.</summary>
internal static class CancelFrame
{
    public static OutgoingFrame Create(int callId)
    {
        var writer = ControlFrame.Begin();
        Wire.WriteCallId(writer.GetSpan(Wire.CallIdSize), callId);
        writer.Advance(Wire.CallIdSize);
        return ControlFrame.End(ref writer, FrameType.Cancel);
    }
}
