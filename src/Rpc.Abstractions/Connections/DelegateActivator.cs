namespace Rpc.Connections;

/// <summary>Makes instances with a function of the user's.</summary>
internal sealed class DelegateActivator : ServiceActivator
{
    private readonly Func<RpcConnection, object> _factory;
    private readonly bool _owned;

    /// <param name="factory">Makes an instance.</param>
    /// <param name="owned">Whether instances are disposed.</param>
    public DelegateActivator(Func<RpcConnection, object> factory, bool owned)
    {
        _factory = factory;
        _owned = owned;
    }

    public override object Create(RpcConnection connection, out object? owned)
    {
        var service = _factory(connection);
        owned = _owned ? service : null;
        return service;
    }
}
