using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>GoAway</c>: reason (1), milliseconds after which to try again (LEB128), message, another address or an empty text. New calls are no
/// longer accepted; those that run may end. A call that crossed it is answered with <c>Unavailable</c> and was not started.</summary>
internal sealed record GoAwayFrame(RpcCloseReason Reason, uint RetryAfterMilliseconds, string Message, string Address)
{
    public OutgoingFrame Create()
    {
        var writer = ControlFrame.Begin();
        writer.WriteByte((byte)Reason);
        writer.WriteLeb128(RetryAfterMilliseconds);
        writer.WriteText(Wire.Cut(Message));
        writer.WriteText(Wire.Cut(Address));
        return ControlFrame.End(ref writer, FrameType.GoAway);
    }

    public static GoAwayFrame Read(ref PayloadReader reader)
    {
        var close = (RpcCloseReason)reader.ReadByte();
        return new GoAwayFrame(close > Wire.LastCloseReason ? RpcCloseReason.Normal : close, reader.ReadLeb128(), reader.ReadText(), reader.ReadText());
    }
}
