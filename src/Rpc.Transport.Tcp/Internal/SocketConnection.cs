using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connection over a socket, with or without TLS.</summary>
internal sealed class SocketConnection : ChannelConnection
{
    /// <summary>Takes over a connected socket.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="connected">The socket.</param>
    /// <param name="tls">TLS over it, after the handshake; null for none.</param>
    /// <param name="spinCount">How often to look for bytes before waiting for them.</param>
    /// <exception cref="SocketException">The socket is no longer connected.</exception>
    internal SocketConnection(string scheme, ConnectedSocket connected, SslStream? tls, int spinCount)
        : base(OpenChannel(connected, tls), spinCount)
    {
        var socket = connected.Socket;
        Scheme = scheme;
        LocalEndPoint = EndPoints.Normalize(socket.LocalEndPoint);
        RemoteEndPoint = EndPoints.Normalize(socket.RemoteEndPoint);
        IsEncrypted = tls is not null;
        RemoteCertificate = tls?.RemoteCertificate is { } certificate ? certificate as X509Certificate2 ?? new X509Certificate2(certificate) : null;
    }

    public override string Scheme { get; }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override bool IsEncrypted { get; }

    public override X509Certificate2? RemoteCertificate { get; }

    private static ByteChannel OpenChannel(ConnectedSocket connected, SslStream? tls)
    {
        var closer = new SocketCloser(connected);
        return tls is null ? connected.OpenChannel(closer) : new TlsChannel(tls, closer);
    }
}
