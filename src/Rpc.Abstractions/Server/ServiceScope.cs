using Microsoft.Extensions.DependencyInjection;

namespace Rpc.Server;

/// <summary>Opens scopes of a container in which <see cref="RpcConnection"/> is the connection served.</summary>
internal static class ServiceScope
{
    public static IServiceScope Open(IServiceProvider provider, RpcConnection connection)
    {
        var scope = provider.GetService(typeof(IServiceScopeFactory)) is IServiceScopeFactory factory ? factory.CreateScope() : new NoScope(provider);
        if (scope.ServiceProvider.GetService(typeof(ConnectionAccessor)) is ConnectionAccessor accessor)
        {
            accessor.Connection = connection;
        }

        return scope;
    }

    /// <summary>A server without a container has no scopes.</summary>
    private sealed class NoScope : IServiceScope
    {
        public NoScope(IServiceProvider provider) => ServiceProvider = provider;

        public IServiceProvider ServiceProvider { get; }

        public void Dispose()
        {
        }
    }
}
