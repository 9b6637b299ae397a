using System.Net;
using Microsoft.Extensions.Logging;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>What the listener logs. What a stranger can cause at will is never above Debug.</summary>
internal static partial class WebSocketLog
{
    [LoggerMessage(1, LogLevel.Debug, "Refused {Remote} with {Status}: {Detail}")]
    public static partial void Refused(ILogger logger, EndPoint? remote, int status, string detail);

    [LoggerMessage(2, LogLevel.Debug, "The handshake of {Remote} failed.")]
    public static partial void HandshakeFailed(ILogger logger, Exception exception, EndPoint? remote);

    [LoggerMessage(3, LogLevel.Debug, "Too many connections to {Address} are not upgraded yet; the oldest was cut.")]
    public static partial void TooManyHandshakes(ILogger logger, Uri address);

    [LoggerMessage(4, LogLevel.Warning, "The system has no room for another connection to {Address}; accepting pauses.")]
    public static partial void AcceptShortage(ILogger logger, Exception exception, Uri address);

    [LoggerMessage(5, LogLevel.Error, "Listening at {Address} failed; it will not accept again.")]
    public static partial void AcceptFailed(ILogger logger, Exception exception, Uri address);

    [LoggerMessage(6, LogLevel.Debug, "{Remote} waits until the server takes the connections before it.")]
    public static partial void WaitsForRoom(ILogger logger, EndPoint? remote);
}
