using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Hands out what the acceptor upgraded.</summary>
internal sealed class WebSocketListener(WebSocketAcceptor acceptor) : IRpcListener
{
    public Uri Address => acceptor.Address;

    /// <summary>The number of connections that are not upgraded yet.</summary>
    public int PendingCount => acceptor.PendingCount;

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
        await acceptor.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } accepted ? WebSocketTransportConnection.Of(accepted, isServer: true) : null;

    public ValueTask DisposeAsync() => acceptor.DisposeAsync();
}
