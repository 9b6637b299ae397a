using System.Net;
using Microsoft.Extensions.Logging;

namespace Rpc.Transport.Udp.Internal;

/// <summary>What this transport logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "The client at {RemoteEndPoint} was turned away: its connect token was used before, it is not authorized, or too many wait to be accepted.")]
    internal static partial void Refused(ILogger logger, EndPoint? remoteEndPoint);

    [LoggerMessage(2, LogLevel.Error, "Authorize threw; the client was turned away.")]
    internal static partial void AuthorizeFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Debug, "Connection {Id}, begun by {RemoteEndPoint}, goes on from another address.")]
    internal static partial void PathChanged(ILogger logger, uint id, EndPoint? remoteEndPoint);

    [LoggerMessage(4, LogLevel.Error, "The listener at {Address} broke.")]
    internal static partial void ListenerBroke(ILogger logger, Uri address, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "A datagram at {Address} was dropped: what it set off failed.")]
    internal static partial void DatagramFailed(ILogger logger, Uri address, Exception exception);
}
