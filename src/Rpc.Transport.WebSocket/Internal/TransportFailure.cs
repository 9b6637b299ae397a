using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The one place where what the platform throws becomes a <see cref="TransportException"/>.</summary>
internal static class TransportFailure
{
    /// <summary>Maps an exception by the most telling of its causes.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="action">What was being done, as the start of a sentence.</param>
    /// <returns>The exception to throw.</returns>
    public static TransportException From(Exception exception, string action)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case TransportException known:
                    return new TransportException(known.Error, known.Message, exception);
                case SocketException socket:
                    return new TransportException(FromSocketError(socket.SocketErrorCode), $"{action}: {socket.Message}", exception);
                case AuthenticationException:
                    return new TransportException(TransportError.SecurityFailed, $"{action}: {cause.Message}", exception);
            }
        }

        return exception switch
        {
            WebSocketException webSocket => new TransportException(FromWebSocketError(webSocket.WebSocketErrorCode), $"{action}: {exception.Message}", exception),
            ObjectDisposedException or OperationCanceledException =>
                new TransportException(TransportError.ConnectionAborted, $"{action}: the connection was closed.", exception),
            IOException => new TransportException(TransportError.ConnectionReset, $"{action}: {exception.Message}", exception),
            _ => new TransportException(TransportError.Unknown, $"{action}: {exception.Message}", exception),
        };
    }

    private static TransportError FromSocketError(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => TransportError.ConnectionRefused,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => TransportError.HostNotFound,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown => TransportError.HostUnreachable,
        SocketError.TimedOut => TransportError.TimedOut,
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.NetworkReset or SocketError.Shutdown or SocketError.Disconnecting
            or SocketError.NotConnected => TransportError.ConnectionReset,
        SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket => TransportError.ConnectionAborted,
        SocketError.AddressAlreadyInUse => TransportError.AddressInUse,
        SocketError.AccessDenied => TransportError.AccessDenied,
        _ => TransportError.Unknown,
    };

    private static TransportError FromWebSocketError(WebSocketError error) => error switch
    {
        WebSocketError.ConnectionClosedPrematurely => TransportError.ConnectionReset,
        WebSocketError.InvalidState => TransportError.ConnectionAborted,
        WebSocketError.Faulted or WebSocketError.HeaderError or WebSocketError.InvalidMessageType or WebSocketError.NotAWebSocket
            or WebSocketError.UnsupportedProtocol or WebSocketError.UnsupportedVersion => TransportError.ProtocolViolation,
        _ => TransportError.Unknown,
    };
}
