namespace Rpc.Protocol;

/// <summary><c>Ping</c>, <c>Pong</c>: eight bytes that the pong gives back.</summary>
internal static class PingFrame
{
    public static OutgoingFrame Create(FrameType type, long value)
    {
        var writer = ControlFrame.Begin();
        writer.WriteUnmanaged(value);
        return ControlFrame.End(ref writer, type);
    }
}
