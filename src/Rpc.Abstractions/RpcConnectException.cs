namespace Rpc;

/// <summary>A connection could not be made.</summary>
public sealed class RpcConnectException : RpcException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="message">What happened, for a person.</param>
    /// <param name="innerException">What the transport threw, if it did.</param>
    public RpcConnectException(RpcCloseReason reason, string message, Exception? innerException = null)
        : base(RpcStatusCode.Unavailable, message, innerException)
    {
        Reason = reason;
        Progress = RpcCallProgress.NotSent;
    }

    /// <summary>The reason.</summary>
    public RpcCloseReason Reason { get; }
}
