namespace Rpc.Server;

/// <summary>Holds the connection of a scope, for dependencies that ask the container for it.</summary>
internal sealed class ConnectionAccessor
{
    public RpcConnection? Connection { get; set; }
}
