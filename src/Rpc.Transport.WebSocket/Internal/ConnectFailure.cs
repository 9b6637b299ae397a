using System.Net.Http;
using System.Net.WebSockets;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Maps why a connection could not be opened.</summary>
internal static class ConnectFailure
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="address">Where to.</param>
    /// <param name="status">The HTTP status of the answer; 0 when there was none or it is not known.</param>
    public static TransportException From(Exception exception, Uri address, int status)
    {
        var action = $"{address.Scheme}://{address.Authority} could not be connected to";
        if (status is not (0 or 101))
        {
            var error = status >= 400 ? TransportError.ConnectionRefused : TransportError.ProtocolViolation;
            return new TransportException(error, $"{action}: the server answered the upgrade request with HTTP status {status}.", exception);
        }

        var failure = TransportFailure.From(exception, action);
        return failure.Error is TransportError.Unknown or TransportError.ConnectionReset && IsBadAnswer(exception)
            ? new TransportException(TransportError.ProtocolViolation, $"{action}: the server's answer is not an upgrade to WebSocket. {exception.Message}", exception)
            : failure;
    }

    private static bool IsBadAnswer(Exception exception)
    {
        if (exception is WebSocketException { InnerException: null })
        {
            // The handshake was understood and found wrong: status, accept key, sub-protocol.
            return true;
        }

#if NET
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded })
            {
                return true;
            }
        }
#endif
        return false;
    }
}
