using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Maps what the platform throws to one typed reason.</summary>
internal static class SocketErrors
{
    internal static TransportException Map(SocketException exception) => new(Classify(exception.SocketErrorCode), exception.Message, exception);

    private static TransportError Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused or SocketError.ConnectionReset => TransportError.ConnectionRefused,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => TransportError.HostNotFound,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => TransportError.HostUnreachable,
        SocketError.TimedOut => TransportError.TimedOut,
        SocketError.AddressAlreadyInUse => TransportError.AddressInUse,
        SocketError.AccessDenied => TransportError.AccessDenied,
        _ => TransportError.Unknown,
    };
}
