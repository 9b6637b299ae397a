using System.Net.WebSockets;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>Connects by the platform's client, as this library does through a proxy.</summary>
internal sealed class PlatformClientTransport(WebSocketClientOptions options) : IRpcClientTransport
{
    public IReadOnlyCollection<string> Schemes => ["ws", "wss"];

    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var socket = new ClientWebSocket();
        try
        {
            return await new ConnectingWebSocket(options, address, socket).ConnectAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw ConnectFailure.From(exception, address, socket);
        }
    }
}
