using System.Net.WebSockets;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets;

/// <summary>Makes transport connections of WebSockets that were opened elsewhere, such as by ASP.NET Core.</summary>
public static class WebSocketTransport
{
    /// <summary>Takes a WebSocket over as a byte stream.</summary>
    /// <param name="webSocket">An open WebSocket whose sub-protocol, if any, is <see cref="WebSocketSubProtocol.V1"/>. The connection owns it from now
    /// on; its keep-alive should be off, for the connection above has its own.</param>
    /// <param name="information">What is known of the peer, or null.</param>
    /// <returns>The connection. In ASP.NET Core the request must not end before it is disposed.</returns>
    /// <exception cref="ArgumentException">The WebSocket is not open.</exception>
    public static StreamTransportConnection FromWebSocket(WebSocket webSocket, WebSocketPeerInformation? information = null)
    {
        if (webSocket is null)
        {
            throw new ArgumentNullException(nameof(webSocket));
        }

        if (webSocket.State != WebSocketState.Open)
        {
            throw new ArgumentException($"The WebSocket is not open but {webSocket.State}.", nameof(webSocket));
        }

        return WebSocketTransportConnection.Of(webSocket, information ?? new WebSocketPeerInformation());
    }
}
