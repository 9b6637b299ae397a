using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>Ends that this side decides on, and tells the peer of.</content>
internal sealed partial class Connection
{
    public override async ValueTask KickAsync(string message)
    {
        Dismiss(RpcCloseReason.Kicked, message ?? throw new ArgumentNullException(nameof(message)));
        await _closed.Task.ConfigureAwait(false);
    }

    /// <summary>Begins to end the connection: the peer is told why, if it reads; calls that run are not waited for. Does not block.</summary>
    /// <returns>False when it had begun to end before.</returns>
    public bool Dismiss(RpcCloseReason reason, string message) =>
        End(new RpcCloseInfo(reason, message), CloseFrame.Create(FrameType.Close, reason, message));
}
