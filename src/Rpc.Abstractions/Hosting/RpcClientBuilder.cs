using Microsoft.Extensions.DependencyInjection;
using Rpc.Client;
using Rpc.Connections;

namespace Rpc.Hosting;

/// <summary>Adds to a client of a container.</summary>
public sealed class RpcClientBuilder
{
    private readonly ClientKey _key;

    internal RpcClientBuilder(IServiceCollection services, ClientKey key)
    {
        Services = services;
        _key = key;
    }

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Makes a proxy of a contract injectable.</summary>
    /// <typeparam name="T">A contract that the server serves.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcClientBuilder AddProxy<T>()
        where T : class
    {
        var contract = RpcContract<T>.Instance;
        var key = _key;
        Services.AddSingleton(provider => contract.CreateProxy(
            provider.GetServices<ClientRegistration>().Single(registration => registration.Key == key).Connector.Invoker, null));
        return this;
    }
}
