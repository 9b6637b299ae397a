using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Makes instances of a class with dependencies from a container. What a connection's services share is one scope of the container, and the
/// services of one call another.</summary>
internal sealed class ProviderActivator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TService> : ServiceActivator
    where TService : class
{
    private readonly IServiceProvider _provider;
    private readonly RpcServiceLifetime _lifetime;
    private readonly ObjectFactory _factory;
    private readonly bool _takesConnection;

    public ProviderActivator(IServiceProvider provider, RpcServiceLifetime lifetime)
    {
        _provider = provider;
        _lifetime = lifetime;
        _takesConnection = lifetime != RpcServiceLifetime.Singleton
            && typeof(TService).GetConstructors().Any(static constructor => constructor.GetParameters().Any(static parameter => parameter.ParameterType == typeof(RpcConnection)));
        _factory = ActivatorUtilities.CreateFactory(typeof(TService), _takesConnection ? [typeof(RpcConnection)] : []);
    }

    public override object Create(RpcConnection connection, out object? owned)
    {
        object?[] arguments = _takesConnection ? [connection] : [];
        if (_lifetime == RpcServiceLifetime.Singleton)
        {
            owned = null;
            return _factory(_provider, arguments);
        }

        var scope = ServiceScope.Open(_provider, connection);
        try
        {
            var service = _factory(scope.ServiceProvider, arguments);
            owned = new ScopedService(service, scope);
            return service;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }
}
