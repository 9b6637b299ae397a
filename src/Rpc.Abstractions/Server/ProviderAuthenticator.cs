using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;

namespace Rpc.Server;

/// <summary>An authenticator of a container: the one registered, else one that is made with its dependencies; in a scope of its own for each decision.</summary>
internal sealed class ProviderAuthenticator<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T> : IRpcAuthenticator
    where T : class, IRpcAuthenticator
{
    private static readonly ObjectFactory s_factory = ActivatorUtilities.CreateFactory(typeof(T), []);

    private readonly IServiceProvider _provider;

    public ProviderAuthenticator(IServiceProvider provider) => _provider = provider;

    public async ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken)
    {
        var scope = (_provider.GetService(typeof(IServiceScopeFactory)) as IServiceScopeFactory)?.CreateScope();
        var services = scope?.ServiceProvider ?? _provider;
        var registered = (T?)services.GetService(typeof(T));
        var authenticator = registered ?? (T)s_factory(services, null);
        var made = registered is null ? authenticator : null;
        try
        {
            return await authenticator.AuthenticateAsync(context, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(made).ConfigureAwait(false);
            await DisposeAsync(scope).ConfigureAwait(false);
        }
    }

    private static async ValueTask DisposeAsync(object? owned)
    {
        if (owned is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            (owned as IDisposable)?.Dispose();
        }
    }
}
