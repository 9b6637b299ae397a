namespace Rpc;

/// <summary>Decides who a client is, before its connection opens and at each refresh of its credentials.</summary>
public interface IRpcAuthenticator
{
    /// <summary>Decides who a client is. Called by several threads at once, for connections that are not open yet: as many as
    /// <see cref="RpcLimits.MaxHandshakingConnections"/> at most.</summary>
    /// <param name="context">What the client sent, and how it is connected.</param>
    /// <param name="cancellationToken">Cancelled when the handshake has taken too long, the connection is gone or the server stops.</param>
    /// <returns>Who it is, or a refusal. An exception is a refusal too; the client learns of neither's detail.</returns>
    ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken);
}
