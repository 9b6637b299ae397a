using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Close</c>, <c>Refuse</c>: reason (1), message. Nothing follows it.</summary>
internal static class CloseFrame
{
    public static OutgoingFrame Create(FrameType type, RpcCloseReason reason, string message)
    {
        var writer = ControlFrame.Begin();
        writer.WriteByte((byte)reason);
        writer.WriteText(Wire.Cut(message));
        return ControlFrame.End(ref writer, type);
    }

    public static RpcCloseInfo Read(ref PayloadReader reader)
    {
        var code = reader.ReadByte();
        var reason = code > (byte)Wire.LastCloseReason ? RpcCloseReason.ProtocolError : (RpcCloseReason)code;
        return new RpcCloseInfo(reason, reader.ReadText(), ByPeer: true);
    }
}
