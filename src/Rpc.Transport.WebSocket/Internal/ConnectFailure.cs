using System.Net.Http;
using System.Net.WebSockets;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Maps why a connection could not be opened.</summary>
internal static class ConnectFailure
{
    /// <param name="exception">What was thrown.</param>
    /// <param name="address">Where to.</param>
    /// <param name="socket">What was connecting; it knows the status of the answer.</param>
    public static TransportException From(Exception exception, Uri address, ClientWebSocket socket)
    {
        var status = Status(socket);
        var action = $"{address.Scheme}://{address.Authority} could not be connected to";
        if (status is not (0 or 101))
        {
            var error = status >= 400 ? TransportError.ConnectionRefused : TransportError.ProtocolViolation;
            return new TransportException(error, $"{action}: the server answered the upgrade request with HTTP status {status}.", exception);
        }

        if (exception is TransportException wrong)
        {
            return new TransportException(wrong.Error, $"{action}: {wrong.Message}", wrong);
        }

        var failure = TransportFailure.From(exception, action);
        var isVague = failure.Error is TransportError.Unknown or TransportError.ConnectionReset or TransportError.ProtocolViolation;
        return (isVague ? FromHttp(exception) : null) switch
        {
            null => failure,
            TransportError.ProtocolViolation => new TransportException(
                TransportError.ProtocolViolation, $"{action}: the server's answer is not an upgrade to WebSocket. {Reason(exception)}", exception),
            var error => new TransportException(error.Value, $"{action}: {Reason(exception)}", exception),
        };
    }

    /// <summary>The HTTP status of the answer; 0 when there was none, or where the platform does not tell.</summary>
    private static int Status(ClientWebSocket socket) =>
#if NET
        (int)socket.HttpStatusCode;
#else
        0;
#endif

    private static TransportError? FromHttp(Exception exception)
    {
        if (exception is WebSocketException { InnerException: null })
        {
            // The answer was understood and found wrong: accept key, sub-protocol, headers.
            return TransportError.ProtocolViolation;
        }

#if NET
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch ((cause as HttpRequestException)?.HttpRequestError)
            {
                case HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded:
                    return TransportError.ProtocolViolation;
                case HttpRequestError.SecureConnectionError:
                    return TransportError.SecurityFailed;
                case HttpRequestError.ProxyTunnelError:
                    return TransportError.ConnectionRefused;
            }
        }
#endif
        return null;
    }

    // The outermost says no more than that it failed.
    private static string Reason(Exception exception) => (exception.InnerException ?? exception).Message;
}
