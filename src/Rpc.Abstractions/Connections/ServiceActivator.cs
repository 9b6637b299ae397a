namespace Rpc.Connections;

/// <summary>Makes instances of a service.</summary>
internal abstract class ServiceActivator
{
    /// <summary>Makes an instance for a connection, or a call of it.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="owned">What to dispose when the instance is no longer needed, or null.</param>
    public abstract object Create(RpcConnection connection, out object? owned);
}
