using Microsoft.Extensions.DependencyInjection;
using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Opens scopes of a container in which <see cref="RpcConnection"/> is the connection served.</summary>
internal static class ConnectionScope
{
    private static readonly object s_key = new();

    /// <summary>The one scope that all services of a connection share; disposed after them, when the connection has closed.</summary>
    public static IServiceProvider Of(IServiceProvider provider, RpcConnection connection)
    {
        lock (connection.Items)
        {
            if (connection.Items.TryGetValue(s_key, out var existing))
            {
                return (IServiceProvider)existing!;
            }

            var scope = Open(provider, connection, out var services);
            connection.Items[s_key] = services;
            if (scope is not null)
            {
                // The connection that is not open any more has no calls that ask for a service.
                _ = ((Connection)connection).Services.OwnAsync(scope).AsTask();
            }

            return services;
        }
    }

    /// <summary>Opens a scope; null where the container has none, or there is no container.</summary>
    public static object? Open(IServiceProvider provider, RpcConnection connection, out IServiceProvider services)
    {
        var scope = (provider.GetService(typeof(IServiceScopeFactory)) as IServiceScopeFactory)?.CreateScope();
        var inner = scope?.ServiceProvider ?? provider;
        if (inner.GetService(typeof(ConnectionAccessor)) is ConnectionAccessor accessor)
        {
            accessor.Connection = connection;
        }

        services = new ConnectionServices(inner, connection);
        return scope;
    }
}
