using System.Net.Sockets;
using System.Security.Authentication;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Maps what the platform throws to one typed reason.</summary>
internal static class SocketErrors
{
    /// <summary>Maps the failure of an operation.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="abortedHere">Whether this side has cut or closed the connection: then whatever was thrown is a consequence of that.</param>
    /// <returns>The exception to throw.</returns>
    internal static TransportException Map(Exception exception, bool abortedHere = false)
    {
        if (exception is TransportException mapped)
        {
            return mapped;
        }

        return abortedHere
            ? new TransportException(TransportError.ConnectionAborted, "This side cut the connection.", exception)
            : new TransportException(Classify(exception), exception.Message, exception);
    }

    private static TransportError Classify(Exception exception) => exception switch
    {
        SocketException socket => Classify(socket.SocketErrorCode),
        ObjectDisposedException => TransportError.ConnectionAborted,
        AuthenticationException => TransportError.SecurityFailed,
        UnauthorizedAccessException => TransportError.AccessDenied,

        // SslStream wraps what its inner stream threw; without an inner exception it met the end of the stream within a record.
        IOException { InnerException: { } inner } when inner is SocketException or ObjectDisposedException or IOException => Classify(inner),
        IOException { InnerException: not null } => TransportError.SecurityFailed,
        IOException => TransportError.ConnectionReset,
        _ => TransportError.Unknown,
    };

    private static TransportError Classify(SocketError error) => error switch
    {
        // A Unix socket's file that does not exist is reported as an address that is not available.
        SocketError.ConnectionRefused or SocketError.AddressNotAvailable => TransportError.ConnectionRefused,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => TransportError.HostNotFound,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown => TransportError.HostUnreachable,
        SocketError.TimedOut => TransportError.TimedOut,
        SocketError.ConnectionReset or SocketError.Shutdown or SocketError.Disconnecting or SocketError.NotConnected => TransportError.ConnectionReset,
        SocketError.ConnectionAborted => TransportError.ConnectionReset,
        SocketError.OperationAborted or SocketError.Interrupted => TransportError.ConnectionAborted,
        SocketError.AddressAlreadyInUse => TransportError.AddressInUse,
        SocketError.AccessDenied => TransportError.AccessDenied,
        _ => TransportError.Unknown,
    };
}
