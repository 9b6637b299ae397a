namespace Rpc.Server;

/// <summary>How a server behaves towards each of its connections.</summary>
public sealed class RpcServerOptions : RpcConnectionOptions
{
}
