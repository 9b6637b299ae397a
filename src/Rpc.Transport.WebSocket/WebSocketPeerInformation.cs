using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.WebSockets;

/// <summary>What is known of a WebSocket that was opened elsewhere.</summary>
public sealed record WebSocketPeerInformation
{
    /// <summary>Whether the bytes are encrypted on their way. Default false.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>This side's end point, or null.</summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>The peer's end point, or null.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The certificate that the peer proved to hold, or null.</summary>
    public X509Certificate2? RemoteCertificate { get; init; }
}
