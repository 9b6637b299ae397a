namespace Rpc.Connections;

/// <summary>Collects what a side serves.</summary>
internal sealed class ServiceRegistry
{
    private readonly List<ServiceBinding> _services = [];

    public void Add<T>(ServiceActivator activator, Action<RpcServiceOptions>? configure)
        where T : class
    {
        var options = new RpcServiceOptions();
        configure?.Invoke(options);
        _services.Add(new ServiceBinding(RpcContract<T>.Instance, activator, options));
    }

    /// <summary>Serves a contract with a function that makes instances.</summary>
    public void Add<T>(Func<RpcConnection, T> factory, Action<RpcServiceOptions>? configure)
        where T : class
    {
        if (factory is null)
        {
            throw new ArgumentNullException(nameof(factory));
        }

        var options = new RpcServiceOptions();
        configure?.Invoke(options);
        var activator = new DelegateActivator(factory, owned: options.Lifetime != RpcServiceLifetime.Singleton);
        _services.Add(new ServiceBinding(
            RpcContract<T>.Instance,
            options.Lifetime == RpcServiceLifetime.Singleton ? new SingletonActivator(activator) : activator,
            options));
    }

    /// <summary>Serves a contract with one object, which stays the caller's.</summary>
    public void AddInstance<T>(T service, Action<RpcServiceOptions>? configure)
        where T : class
    {
        if (service is null)
        {
            throw new ArgumentNullException(nameof(service));
        }

        Add<T>(new DelegateActivator(_ => service, owned: false), configure);
    }

    public ServiceTable Build(RpcConnectionOptions options) => new([.. _services], options);
}
