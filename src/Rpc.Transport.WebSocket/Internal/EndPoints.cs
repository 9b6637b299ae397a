using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The end points of a socket as its user knows them.</summary>
internal static class EndPoints
{
    /// <summary>What is known of the peer of a connected socket.</summary>
    public static WebSocketPeerInformation Of(Socket socket, bool isEncrypted) => new()
    {
        IsEncrypted = isEncrypted,
        LocalEndPoint = Unmap(socket.LocalEndPoint),
        RemoteEndPoint = Unmap(socket.RemoteEndPoint),
    };

    /// <summary>A socket for both kinds of address shows an IPv4 address as one of IPv6 (RFC 4291 section 2.5.5.2).</summary>
    private static EndPoint? Unmap(EndPoint? endPoint) =>
        endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } ip ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : endPoint;
}
