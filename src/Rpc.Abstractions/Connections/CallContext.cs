using System.Security.Claims;

namespace Rpc.Connections;

/// <summary>The context of a call, made when its handler asks.</summary>
internal sealed class CallContext : RpcContext
{
    private readonly CancellationToken _cancellationToken;

    public CallContext(IncomingCall call)
    {
        Connection = call.Connection;
        User = call.Connection.User;
        Method = call.Method;
        Deadline = call.Deadline;
        Metadata = call.Extension?.Metadata ?? RpcMetadata.Empty;
        _cancellationToken = call.CancellationToken;
    }

    public override RpcConnection Connection { get; }

    public override ClaimsPrincipal User { get; }

    public override RpcMethodDescriptor Method { get; }

    public override DateTimeOffset? Deadline { get; }

    public override RpcMetadata Metadata { get; }

    public override CancellationToken CancellationToken => _cancellationToken;
}
