using System.Net;

namespace Rpc.Transport.Udp;

/// <summary>Who a client is, by the connect token that it has proved to hold.</summary>
public sealed class UdpClientIdentity
{
    internal UdpClientIdentity(IPEndPoint remoteEndPoint, string clientId, ReadOnlyMemory<byte> userData)
    {
        RemoteEndPoint = remoteEndPoint;
        ClientId = clientId;
        UserData = userData;
    }

    /// <summary>Where it connects from.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>What the issuer called it.</summary>
    public string ClientId { get; }

    /// <summary>What the issuer added, at most 256 bytes.</summary>
    public ReadOnlyMemory<byte> UserData { get; }
}
