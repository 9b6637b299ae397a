using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A byte stream over the binary messages of a WebSocket.</summary>
internal sealed class WebSocketTransportConnection : ChannelConnection
{
    private WebSocketTransportConnection(ByteChannel channel, WebSocketPeerInformation peer)
        : base(channel, spinCount: 0) =>
        (IsEncrypted, LocalEndPoint, RemoteEndPoint, RemoteCertificate) = (peer.IsEncrypted, peer.LocalEndPoint, peer.RemoteEndPoint, peer.RemoteCertificate);

    public override string Scheme => IsEncrypted ? "wss" : "ws";

    public override bool IsEncrypted { get; }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override X509Certificate2? RemoteCertificate { get; }

    /// <summary>Takes over a connection that this library upgraded.</summary>
    /// <param name="upgraded">The connection.</param>
    /// <param name="isServer">Whether the peer is the client.</param>
    public static WebSocketTransportConnection Of(UpgradedConnection upgraded, bool isServer)
    {
        var closer = new SocketCloser(upgraded.Socket);
        ByteChannel inner = upgraded.Stream is SslStream tls ? new TlsChannel(tls, closer) : upgraded.Socket.OpenChannel(closer);
        return new WebSocketTransportConnection(new FrameChannel(inner, closer, isServer, upgraded.Following), upgraded.Peer);
    }

    /// <summary>Takes over a WebSocket of the platform or of a web framework.</summary>
    public static WebSocketTransportConnection Of(WebSocket socket, WebSocketPeerInformation peer) => new(new MessageChannel(socket), peer);
}
