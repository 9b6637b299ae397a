namespace Rpc.Server;

/// <summary>An authenticator that is a function.</summary>
internal sealed class DelegateAuthenticator : IRpcAuthenticator
{
    private readonly Func<RpcAuthenticationContext, CancellationToken, ValueTask<RpcAuthenticationResult>> _authenticate;

    public DelegateAuthenticator(Func<RpcAuthenticationContext, CancellationToken, ValueTask<RpcAuthenticationResult>> authenticate) => _authenticate = authenticate;

    public ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken) =>
        _authenticate(context, cancellationToken);
}
