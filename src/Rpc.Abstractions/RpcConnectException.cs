namespace Rpc;

/// <summary>A connection could not be made.</summary>
public sealed class RpcConnectException : RpcException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">What the transport threw, if it did.</param>
    public RpcConnectException(RpcCloseReason reason, string message, Exception? innerException = null)
        : this(reason, RpcStatusCode.Unavailable, message, innerException)
    {
    }

    /// <summary>Creates the exception with a status of its own.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="statusCode">The status; <see cref="RpcStatusCode.Unauthenticated"/> when the peer refused the credentials.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">What the transport threw, if it did.</param>
    public RpcConnectException(RpcCloseReason reason, RpcStatusCode statusCode, string message, Exception? innerException = null)
        : base(statusCode, message, innerException)
    {
        Reason = reason;
        Progress = RpcCallProgress.NotSent;
    }

    /// <summary>The reason.</summary>
    public RpcCloseReason Reason { get; }
}
