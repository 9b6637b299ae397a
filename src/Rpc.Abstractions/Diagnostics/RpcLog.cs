using Microsoft.Extensions.Logging;

namespace Rpc.Diagnostics;

/// <summary>Everything that the framework logs.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} over {Scheme} to {Peer} is open")]
    public static partial void ConnectionOpen(this ILogger logger, long connection, string scheme, object? peer);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Connection} closed: {Reason}, {Text}")]
    public static partial void ConnectionClosed(this ILogger logger, long connection, RpcCloseReason reason, string text, Exception? exception);

    [LoggerMessage(3, LogLevel.Warning, "Connection {Connection} to {Peer} was ended: {Reason}, {Text}")]
    public static partial void ConnectionEnded(this ILogger logger, long connection, object? peer, RpcCloseReason reason, string text, Exception? exception);

    [LoggerMessage(4, LogLevel.Error, "The handler of {Method} failed")]
    public static partial void HandlerFailed(this ILogger logger, string method, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "A call of {Method} has arguments that cannot be decoded: {Text}")]
    public static partial void BadArguments(this ILogger logger, string method, string text);

    [LoggerMessage(6, LogLevel.Error, "The progress handler of call {Call} failed")]
    public static partial void ProgressFailed(this ILogger logger, int call, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "A handler of the connection's events failed")]
    public static partial void EventFailed(this ILogger logger, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "Connection {Connection} failed inside the framework")]
    public static partial void InternalError(this ILogger logger, long connection, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "A service could not be disposed")]
    public static partial void DisposeFailed(this ILogger logger, Exception exception);

    [LoggerMessage(10, LogLevel.Information, "Listening at {Address}")]
    public static partial void Listening(this ILogger logger, Uri address);

    [LoggerMessage(11, LogLevel.Warning, "A connection from {Peer} was turned away: {Text}")]
    public static partial void ConnectionRefused(this ILogger logger, object? peer, string text);

    [LoggerMessage(12, LogLevel.Error, "The listener at {Address} failed and accepts no more")]
    public static partial void ListenerFailed(this ILogger logger, Uri address, Exception exception);

    [LoggerMessage(13, LogLevel.Warning, "A one-way call of {Method} was dropped: {Text}")]
    public static partial void OneWayDropped(this ILogger logger, string method, string text);

    [LoggerMessage(15, LogLevel.Information, "Connection {Connection} is interrupted and waits to be resumed: {Text}")]
    public static partial void SessionInterrupted(this ILogger logger, long connection, string text);

    [LoggerMessage(16, LogLevel.Information, "Connection {Connection} goes on over {Scheme} to {Peer}")]
    public static partial void SessionResumed(this ILogger logger, long connection, string scheme, object? peer);

    [LoggerMessage(17, LogLevel.Information, "Connecting to {Address} failed, attempt {Attempt}: {Text}")]
    public static partial void ReconnectFailed(this ILogger logger, Uri address, int attempt, string text);

    [LoggerMessage(14, LogLevel.Debug, "The handshake with {Peer} failed: {Text}")]
    public static partial void HandshakeFailed(this ILogger logger, object? peer, string text, Exception? exception);

    [LoggerMessage(30, LogLevel.Warning, "The credentials of {Peer} were refused: {Detail}")]
    public static partial void CredentialsRefused(this ILogger logger, object? peer, string? detail);

    [LoggerMessage(31, LogLevel.Error, "The authenticator failed for {Peer}, who was refused")]
    public static partial void AuthenticatorFailed(this ILogger logger, object? peer, Exception exception);

    [LoggerMessage(32, LogLevel.Warning, "Connection {Connection}: the credentials could not be refreshed, and are tried again: {Text}")]
    public static partial void RefreshFailed(this ILogger logger, long connection, string text);

    [LoggerMessage(33, LogLevel.Warning, "Credentials are sent to {Address} unencrypted: who listens on the way can use them")]
    public static partial void CredentialsUnencrypted(this ILogger logger, Uri address);

    [LoggerMessage(34, LogLevel.Debug, "Connection {Connection}: a call of {Method} was denied to {User}")]
    public static partial void CallDenied(this ILogger logger, long connection, string method, string? user);

    [LoggerMessage(35, LogLevel.Error, "The policy {Policy} failed for a call of {Method}, which was denied")]
    public static partial void PolicyFailed(this ILogger logger, string policy, string method, Exception exception);

    [LoggerMessage(36, LogLevel.Error, "A rate limiter failed, and the call was refused")]
    public static partial void RateLimiterFailed(this ILogger logger, Exception exception);

    [LoggerMessage(37, LogLevel.Information, "The certificate of {Path} was renewed: {Thumbprint}, good until {NotAfter}")]
    public static partial void CertificateRenewed(this ILogger logger, string path, string thumbprint, DateTime notAfter);

    [LoggerMessage(38, LogLevel.Warning, "The certificate of {Path} cannot be used, and stays what it was: {Text}")]
    public static partial void CertificateUnusable(this ILogger logger, string path, string text);
}
