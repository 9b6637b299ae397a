using System.Net.WebSockets;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>An upgraded connection and what is known of its peer.</summary>
internal sealed record AcceptedWebSocket(WebSocket Socket, WebSocketPeerInformation Peer);
