using System.Net;
using Microsoft.Extensions.Logging;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>What this transport logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Debug, "A connection was gone before it was accepted.")]
    internal static partial void AcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "No connection can be accepted: the process or the system has no socket left. Trying again.")]
    internal static partial void AcceptExhausted(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "The TLS handshake with {RemoteEndPoint} failed: {Error}: {Reason}")]
    internal static partial void HandshakeFailed(ILogger logger, EndPoint? remoteEndPoint, Transports.TransportError error, string reason);

    [LoggerMessage(4, LogLevel.Warning, "{Limit} TLS handshakes are under way; the oldest, with {RemoteEndPoint}, was cut.")]
    internal static partial void HandshakeEvicted(ILogger logger, int limit, EndPoint? remoteEndPoint);

    [LoggerMessage(5, LogLevel.Error, "The listener at {Address} broke.")]
    internal static partial void ListenerBroke(ILogger logger, Uri address, Exception exception);
}
