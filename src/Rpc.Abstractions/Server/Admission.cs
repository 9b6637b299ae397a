using Microsoft.Extensions.Logging;
using Rpc.Connections;
using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Server;

/// <summary>Decides who may connect to a server, and how many. Thread safe.</summary>
internal sealed class Admission
{
    private readonly RpcServerOptions _options;
    private readonly ILogger _logger;
    private int _connections;

    /// <param name="options">The limits.</param>
    /// <param name="authenticator">Decides who it is; null lets anybody in.</param>
    /// <param name="logger">Told why somebody was refused.</param>
    public Admission(RpcServerOptions options, IRpcAuthenticator? authenticator, ILogger logger)
    {
        _options = options;
        Authenticator = authenticator;
        _logger = logger;
    }

    public IRpcAuthenticator? Authenticator { get; }

    public TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>Takes a place among the connections, to be given back.</summary>
    /// <exception cref="ProtocolException">There is none.</exception>
    public void Take()
    {
        if (Interlocked.Increment(ref _connections) > _options.Limits.MaxConnections)
        {
            Release();
            throw new ProtocolException("The server has as many connections as it takes.", RpcCloseReason.ResourceExhausted);
        }
    }

    public void Release() => Interlocked.Decrement(ref _connections);

    /// <summary>Asks the authenticator.</summary>
    /// <exception cref="ProtocolException">It refused, or failed.</exception>
    public async ValueTask<RpcAuthenticationResult> AuthenticateAsync(RpcAuthenticationContext context, CancellationToken cancellationToken)
    {
        RpcAuthenticationResult result;
        try
        {
            result = await Authenticator!.AuthenticateAsync(context, cancellationToken).AsTask().OrAbandonAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _logger.AuthenticatorFailed(context.RemoteEndPoint, e);
            throw Refusal();
        }

        if (result is not { Succeeded: true })
        {
            _logger.CredentialsRefused(context.RemoteEndPoint, result?.Detail);
            throw Refusal();
        }

        if (result.Expires <= TimeProvider.GetUtcNow())
        {
            _logger.CredentialsRefused(context.RemoteEndPoint, "They have expired.");
            throw Refusal();
        }

        return result;
    }

    private static ProtocolException Refusal() => new(PeerCredentials.RefusalText, RpcCloseReason.Refused);
}
