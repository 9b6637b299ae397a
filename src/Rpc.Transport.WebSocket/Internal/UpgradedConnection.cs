using System.Net.Security;
using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A connection whose opening handshake is over.</summary>
/// <param name="Socket">The socket.</param>
/// <param name="Stream">What carries the frames: a stream over the socket, which it owns, or an <see cref="SslStream"/> over one.</param>
/// <param name="Following">Bytes that were read with the handshake: the first of the connection.</param>
/// <param name="SubProtocol">The sub-protocol, or null.</param>
/// <param name="Peer">What is known of the peer.</param>
internal sealed record UpgradedConnection(ConnectedSocket Socket, Stream Stream, byte[] Following, string? SubProtocol, WebSocketPeerInformation Peer);
