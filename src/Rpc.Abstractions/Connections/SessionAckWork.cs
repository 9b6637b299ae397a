using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Sends an acknowledgement that is due after the frames that made it due: their answers carry it, and if there are none it leaves in the flush of the batch.</summary>
internal sealed class SessionAckWork(SessionTransport session) : Work
{
    public override void Execute(int op, int version, FramePayload payload) => session.SendAck();
}
