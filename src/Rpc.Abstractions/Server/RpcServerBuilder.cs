using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Connections;
using Rpc.Transports;

namespace Rpc.Server;

/// <summary>Says what a server serves and where it listens.</summary>
public sealed partial class RpcServerBuilder : IRpcServerTransportCollection
{
    private readonly List<Action<IServiceProvider>> _services = [];
    private readonly ServiceRegistry _registry = new();
    private readonly List<IRpcServerTransport> _transports = [];

    internal RpcServerBuilder()
    {
    }

    /// <summary>How the server behaves towards each of its connections.</summary>
    public RpcServerOptions Options { get; } = new();

    internal IReadOnlyList<IRpcServerTransport> Transports => _transports;

    /// <summary>Serves a contract with a class whose constructor takes its dependencies, and the <see cref="RpcConnection"/> if it wants.</summary>
    /// <typeparam name="TContract">The contract.</typeparam>
    /// <typeparam name="TService">The class.</typeparam>
    /// <param name="configure">Changes lifetime and order; by default one instance a connection, calls concurrently.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="TContract"/>.</exception>
    public RpcServerBuilder AddService<TContract, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService>(Action<RpcServiceOptions>? configure = null)
        where TContract : class
        where TService : class, TContract
    {
        var options = new RpcServiceOptions();
        configure?.Invoke(options);
        _ = RpcContract<TContract>.Instance;
        _services.Add(provider =>
        {
            ServiceActivator activator = new ProviderActivator<TService>(provider, options.Lifetime);
            _registry.Add<TContract>(options.Lifetime == RpcServiceLifetime.Singleton ? new SingletonActivator(activator) : activator, configure);
        });
        return this;
    }

    /// <summary>Serves a contract with a function that makes instances, by default one a connection.</summary>
    /// <typeparam name="TContract">The contract.</typeparam>
    /// <param name="factory">Makes an instance, which is disposed at the end of its life.</param>
    /// <param name="configure">Changes lifetime and order.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="TContract"/>.</exception>
    public RpcServerBuilder AddService<TContract>(Func<RpcConnection, TContract> factory, Action<RpcServiceOptions>? configure = null)
        where TContract : class
    {
        _registry.Add(factory, configure);
        return this;
    }

    /// <summary>Serves a contract with one object for all connections.</summary>
    /// <typeparam name="TContract">The contract.</typeparam>
    /// <param name="service">The object; it stays the caller's.</param>
    /// <param name="configure">Changes the order.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="TContract"/>.</exception>
    public RpcServerBuilder AddService<TContract>(TContract service, Action<RpcServiceOptions>? configure = null)
        where TContract : class
    {
        _registry.AddInstance(service, configure);
        return this;
    }

    /// <summary>Changes the options.</summary>
    /// <param name="configure">Changes them.</param>
    /// <returns>This builder.</returns>
    public RpcServerBuilder Configure(Action<RpcServerOptions> configure)
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        configure(Options);
        return this;
    }

    /// <inheritdoc/>
    public void AddTransport(IRpcServerTransport transport) => _transports.Add(transport ?? throw new ArgumentNullException(nameof(transport)));

    internal ServiceTable Build(IServiceProvider provider)
    {
        foreach (var add in _services)
        {
            add(provider);
        }

        return _registry.Build(Options);
    }
}
