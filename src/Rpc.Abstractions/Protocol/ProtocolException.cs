namespace Rpc.Protocol;

/// <summary>The peer broke the rules of the protocol; the connection ends.</summary>
internal sealed class ProtocolException : Exception
{
    public ProtocolException(string message, RpcCloseReason reason = RpcCloseReason.ProtocolError)
        : base(message) => Reason = reason;

    public RpcCloseReason Reason { get; }
}
