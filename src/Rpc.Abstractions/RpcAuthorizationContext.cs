using System.Security.Claims;

namespace Rpc;

/// <summary>The call that a policy decides about. Immutable.</summary>
public sealed class RpcAuthorizationContext
{
    /// <summary>Creates the context. The framework does.</summary>
    /// <param name="connection">The connection that the call came by.</param>
    /// <param name="method">The method called.</param>
    /// <param name="user">Who calls.</param>
    /// <param name="metadata">What the caller sent beside the arguments.</param>
    public RpcAuthorizationContext(RpcConnection connection, RpcMethodDescriptor method, ClaimsPrincipal user, RpcMetadata metadata)
    {
        Connection = connection;
        Method = method;
        User = user;
        Metadata = metadata;
    }

    /// <summary>The connection that the call came by.</summary>
    public RpcConnection Connection { get; }

    /// <summary>The method called.</summary>
    public RpcMethodDescriptor Method { get; }

    /// <summary>Who calls; somebody.</summary>
    public ClaimsPrincipal User { get; }

    /// <summary>What the caller sent beside the arguments.</summary>
    public RpcMetadata Metadata { get; }
}
