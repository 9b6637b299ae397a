using System.Net.WebSockets;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>Listens as this library does, and leaves the frames to the platform, as a web framework would.</summary>
internal sealed class PlatformServerTransport(string url) : IRpcServerTransport
{
    public async ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) =>
        new Listener(await WebSocketAcceptor.StartAsync(ListenUrl.Parse(url), new WebSocketListenOptions(), context, cancellationToken));

    private sealed class Listener(WebSocketAcceptor acceptor) : IRpcListener
    {
        public Uri Address => acceptor.Address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            if (await acceptor.AcceptAsync(cancellationToken) is not { } upgraded)
            {
                return null;
            }

            Assert.Empty(upgraded.Following);
            var options = new WebSocketCreationOptions { IsServer = true, SubProtocol = upgraded.SubProtocol, KeepAliveInterval = Timeout.InfiniteTimeSpan };
            return WebSocketTransport.FromWebSocket(WebSocket.CreateFromStream(upgraded.Stream, options), upgraded.Peer);
        }

        public ValueTask DisposeAsync() => acceptor.DisposeAsync();
    }
}
