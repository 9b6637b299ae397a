using System.Net;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>End points as a user expects them.</summary>
internal static class EndPoints
{
    /// <summary>An IPv4 address that a dual-stack socket shows as IPv6 is shown as what it is.</summary>
    internal static EndPoint? Normalize(EndPoint? endPoint) => endPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped
        ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port)
        : endPoint;
}
