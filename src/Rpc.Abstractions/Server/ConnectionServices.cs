namespace Rpc.Server;

/// <summary>A container's services, and the connection.</summary>
internal sealed class ConnectionServices : IServiceProvider
{
    private readonly IServiceProvider _inner;
    private readonly RpcConnection _connection;

    public ConnectionServices(IServiceProvider inner, RpcConnection connection)
    {
        _inner = inner;
        _connection = connection;
    }

    public object? GetService(Type serviceType) => serviceType == typeof(RpcConnection) ? _connection : _inner.GetService(serviceType);
}
