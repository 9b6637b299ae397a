namespace Rpc.Connections;

/// <summary>Gives all connections one instance, made with the first.</summary>
internal sealed class SingletonActivator : ServiceActivator
{
    private readonly object _gate = new();
    private readonly ServiceActivator _inner;
    private object? _instance;

    public SingletonActivator(ServiceActivator inner) => _inner = inner;

    public override object Create(RpcConnection connection, out object? owned)
    {
        owned = null;
        if (Volatile.Read(ref _instance) is { } instance)
        {
            return instance;
        }

        lock (_gate)
        {
            return _instance ??= _inner.Create(connection, out _);
        }
    }

    /// <summary>Gives the instance up, to be disposed: when there are no connections any more. Null when none was made.</summary>
    public object? Take()
    {
        lock (_gate)
        {
            var instance = _instance;
            Volatile.Write(ref _instance, null);
            return instance;
        }
    }
}
