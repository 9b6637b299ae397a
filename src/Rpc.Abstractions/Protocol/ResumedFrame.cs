using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Resumed</c>, in place of <c>Welcome</c>: bytes received (8), proof (32) that it is the server of the session who answers.</summary>
internal sealed record ResumedFrame(ulong Received, byte[] Proof)
{
    public OutgoingFrame Create()
    {
        var writer = ControlFrame.Begin();
        writer.WriteUnmanaged(Received);
        writer.WriteRaw(Proof);
        return ControlFrame.End(ref writer, FrameType.Resumed);
    }

    public static ResumedFrame Read(ref PayloadReader reader) => new(reader.ReadUnmanaged<ulong>(), reader.ReadRaw(SessionProof.Size).ToArray());
}
