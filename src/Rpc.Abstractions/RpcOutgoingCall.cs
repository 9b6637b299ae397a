namespace Rpc;

/// <summary>A call on its way out, as interceptors see it.</summary>
public sealed class RpcOutgoingCall
{
    internal RpcOutgoingCall(RpcMethodDescriptor method, ReadOnlyMemory<byte> arguments, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        Method = method;
        Arguments = arguments;
        Options = options ?? s_none;
        CancellationToken = cancellationToken;
    }

    private static readonly RpcCallOptions s_none = new();

    /// <summary>The method.</summary>
    public RpcMethodDescriptor Method { get; }

    /// <summary>The arguments: one object in MemoryPack format.</summary>
    public ReadOnlyMemory<byte> Arguments { get; }

    /// <summary>What the call carries beside; replace it to change that.</summary>
    public RpcCallOptions Options { get; set; }

    /// <summary>Cancels the call.</summary>
    public CancellationToken CancellationToken { get; }
}
