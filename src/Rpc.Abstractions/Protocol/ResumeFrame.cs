using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary><c>Resume</c>, in place of <c>Hello</c>: session id (16), attempt (8), bytes received (8), proof (32). The attempt grows with each that the client
/// makes, so that a proof that was overheard proves nothing again.</summary>
internal sealed record ResumeFrame(Guid Id, ulong Attempt, ulong Received, byte[] Proof)
{
    public OutgoingFrame Create()
    {
        var writer = ControlFrame.Begin();
        writer.WriteRaw(Id.ToByteArray());
        writer.WriteUnmanaged(Attempt);
        writer.WriteUnmanaged(Received);
        writer.WriteRaw(Proof);
        return ControlFrame.End(ref writer, FrameType.Resume);
    }

    public static ResumeFrame Read(ref PayloadReader reader) => new(
        new Guid(reader.ReadRaw(SessionGrant.IdSize)), reader.ReadUnmanaged<ulong>(), reader.ReadUnmanaged<ulong>(), reader.ReadRaw(SessionProof.Size).ToArray());
}
