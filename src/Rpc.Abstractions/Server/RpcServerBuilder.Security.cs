using System.Diagnostics.CodeAnalysis;

namespace Rpc.Server;

/// <content>Who gets in.</content>
public sealed partial class RpcServerBuilder
{
    private Func<IServiceProvider, IRpcAuthenticator>? _authenticator;

    /// <summary>The policies that <see cref="RpcAuthorizeAttribute"/> can name: those of <see cref="Options"/>.</summary>
    public RpcPolicies Policies => Options.Policies;

    /// <summary>How often clients may call: the limits of <see cref="Options"/>.</summary>
    public RpcRateLimits RateLimit => Options.RateLimit;

    /// <summary>Lets in whom an authenticator accepts; the last one named counts. Without one anybody may connect, and is anonymous or who its client certificate says.</summary>
    /// <param name="authenticator">Decides; stays the caller's.</param>
    /// <returns>This builder.</returns>
    public RpcServerBuilder Authenticate(IRpcAuthenticator authenticator)
    {
        if (authenticator is null)
        {
            throw new ArgumentNullException(nameof(authenticator));
        }

        _authenticator = _ => authenticator;
        return this;
    }

    /// <summary>Lets in whom a function accepts; the last one named counts.</summary>
    /// <param name="authenticate">Decides; see <see cref="IRpcAuthenticator.AuthenticateAsync"/>.</param>
    /// <returns>This builder.</returns>
    public RpcServerBuilder Authenticate(Func<RpcAuthenticationContext, CancellationToken, ValueTask<RpcAuthenticationResult>> authenticate) =>
        Authenticate(new DelegateAuthenticator(authenticate ?? throw new ArgumentNullException(nameof(authenticate))));

    /// <summary>Lets in whom an authenticator of the container accepts; the last one named counts.</summary>
    /// <typeparam name="T">The authenticator, of whatever lifetime it is registered with; one that is not registered is made for each decision, with its dependencies,
    /// and disposed. Each decision has a scope of its own.</typeparam>
    /// <returns>This builder.</returns>
    public RpcServerBuilder Authenticate<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, IRpcAuthenticator
    {
        _authenticator = static provider => new ProviderAuthenticator<T>(provider);
        return this;
    }

    internal IRpcAuthenticator? BuildAuthenticator(IServiceProvider provider) => _authenticator?.Invoke(provider);
}
