using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Makes instances of a class with dependencies from a container. All services of a connection share one scope of it, the services of one call
/// have another.</summary>
internal sealed class ProviderActivator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService> : ServiceActivator
    where TService : class
{
    private static readonly ObjectFactory s_factory = ActivatorUtilities.CreateFactory(typeof(TService), []);

    private readonly IServiceProvider _provider;
    private readonly RpcServiceLifetime _lifetime;

    public ProviderActivator(IServiceProvider provider, RpcServiceLifetime lifetime)
    {
        _provider = provider;
        _lifetime = lifetime;
    }

    public override object Create(RpcConnection connection, out object? owned)
    {
        switch (_lifetime)
        {
            case RpcServiceLifetime.Singleton:
                owned = null;
                return s_factory(_provider, null);
            case RpcServiceLifetime.Connection:
                return owned = s_factory(ConnectionScope.Of(_provider, connection), null);
            default:
                return CreateForCall(connection, out owned);
        }
    }

    private object CreateForCall(RpcConnection connection, out object owned)
    {
        var scope = ConnectionScope.Open(_provider, connection, out var services);
        try
        {
            var service = s_factory(services, null);
            owned = new ScopedService(service, scope as IServiceScope);
            return service;
        }
        catch
        {
            (scope as IDisposable)?.Dispose();
            throw;
        }
    }
}
