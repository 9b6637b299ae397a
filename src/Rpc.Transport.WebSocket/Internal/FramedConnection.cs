using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rpc.Transport.Tcp.Internal;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A byte stream over the frames of a connection that this library upgraded.</summary>
internal sealed class FramedConnection : ChannelConnection
{
    private readonly WebSocketPeerInformation _peer;

    /// <summary>Takes over a connection.</summary>
    /// <param name="upgraded">The connection.</param>
    /// <param name="isServer">Whether the peer is the client.</param>
    internal FramedConnection(UpgradedConnection upgraded, bool isServer)
        : base(CreateChannel(upgraded, isServer), spinCount: 0) => _peer = upgraded.Peer;

    public override string Scheme => IsEncrypted ? "wss" : "ws";

    public override bool IsEncrypted => _peer.IsEncrypted;

    public override EndPoint? LocalEndPoint => _peer.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _peer.RemoteEndPoint;

    public override X509Certificate2? RemoteCertificate => _peer.RemoteCertificate;

    private static FrameChannel CreateChannel(UpgradedConnection upgraded, bool isServer)
    {
        var closer = new SocketCloser(upgraded.Socket);
        ByteChannel inner = upgraded.Stream is SslStream tls ? new TlsChannel(tls, closer) : new SocketChannel(upgraded.Socket, closer);
        return new FrameChannel(inner, closer, isServer, upgraded.Following);
    }
}
