using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A server's view of its client's credentials: ends the connection when they expire, replaces who the client is when they are refreshed.</summary>
internal sealed class PeerCredentials : IDisposable
{
    public const string RefusalText = "The credentials were refused.";
    private const string ExpiredText = "The credentials have expired.";

    /// <summary>Refreshes a second that are taken from a peer; a client needs one in its credentials' life.</summary>
    private const int MaxRefreshesPerSecond = 5;

    private readonly Connection _connection;
    private readonly IRpcAuthenticator _authenticator;
    private readonly RpcAuthenticationContext _origin;
    private readonly CredentialClock _clock;
    private readonly CallRate _rate;
    private readonly CancellationTokenSource _ended = new();
    private long _expires;
    private int _refreshing;

    /// <param name="connection">The connection.</param>
    /// <param name="authenticator">Decides.</param>
    /// <param name="origin">What it was asked in the handshake.</param>
    /// <param name="result">What it said.</param>
    public PeerCredentials(Connection connection, IRpcAuthenticator authenticator, RpcAuthenticationContext origin, RpcAuthenticationResult result)
    {
        _connection = connection;
        _authenticator = authenticator;
        _origin = origin;
        _clock = new CredentialClock(connection.TimeProvider, OnExpired);
        _rate = new CallRate(MaxRefreshesPerSecond, connection.TimeProvider);
        connection.SetUser(result.User!);
        Expires = result.Expires;
    }

    /// <summary>When they expire, or null.</summary>
    public DateTimeOffset? Expires
    {
        get => Volatile.Read(ref _expires) is var ticks && ticks != 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        private set => Volatile.Write(ref _expires, value?.UtcTicks ?? 0);
    }

    /// <summary>For how many milliseconds credentials are good, at least 1; 0 for no end. What is longer than the wire can tell is cut.</summary>
    public static int Left(DateTimeOffset? expires, TimeProvider timeProvider) =>
        expires is { } at ? (int)Math.Min(int.MaxValue, Math.Max(1, (at - timeProvider.GetUtcNow()).TotalMilliseconds)) : 0;

    public void Start() => _clock.Set(Expires);

    /// <summary>Takes new credentials, on the reader's thread.</summary>
    /// <exception cref="ProtocolException">The peer sends them too often.</exception>
    public void OnRefresh(RpcCredentials credentials)
    {
        if (!_rate.TryTake())
        {
            throw new ProtocolException($"More than {MaxRefreshesPerSecond} refreshes of credentials arrived in a second.", RpcCloseReason.ResourceExhausted);
        }

        if (Interlocked.Exchange(ref _refreshing, 1) != 0)
        {
            throw new ProtocolException("A refresh of credentials arrived while another one was under way.");
        }

        _ = Task.Run(() => RefreshAsync(credentials));
    }

    public void Dispose()
    {
        _clock.Dispose();
        _ended.Cancel();
    }

    private async Task RefreshAsync(RpcCredentials credentials)
    {
        var logger = _connection.Logger;
        var peer = _connection.RemoteEndPoint;
        try
        {
            using var timeout = new DeadlineToken(_connection.TimeProvider, _connection.Limits.HandshakeTimeout, _ended.Token);
            var context = new RpcAuthenticationContext(_origin.Scheme)
            {
                Credentials = credentials,
                IsEncrypted = _origin.IsEncrypted,
                RemoteEndPoint = peer,
                ClientCertificate = _origin.ClientCertificate,
                PeerMetadata = _origin.PeerMetadata,
                CurrentUser = _connection.User,
            };
            var result = await _authenticator.AuthenticateAsync(context, timeout.Token).AsTask().OrAbandonAsync(timeout.Token).ConfigureAwait(false);
            Apply(result, context.CurrentUser, logger, peer);
        }
        catch (Exception e)
        {
            if (!_ended.IsCancellationRequested)
            {
                // Nothing is known of the new credentials: the old ones count until they expire.
                logger.AuthenticatorFailed(peer, e);
                Answer(RpcStatusCode.Unavailable, 0);
            }
        }
    }

    private void Apply(RpcAuthenticationResult result, ClaimsPrincipal current, ILogger logger, object? peer)
    {
        var refusal = result switch
        {
            { Succeeded: false } => result.Detail,
            { Expires: { } at } when at <= _connection.TimeProvider.GetUtcNow() => "They have expired.",
            _ when !IsSame(current, result.User!) => "They are somebody else's.",
            _ => null,
        };
        if (refusal is not null)
        {
            logger.CredentialsRefused(peer, refusal);
            _connection.End(RpcCloseReason.Refused, RefusalText);
            return;
        }

        _connection.SetUser(result.User!);
        Expires = result.Expires;
        _clock.Set(result.Expires);
        Answer(RpcStatusCode.Ok, Left(result.Expires, _connection.TimeProvider));
    }

    private void Answer(RpcStatusCode status, int left)
    {
        // Before the answer leaves: the peer may ask again as soon as it has it.
        Volatile.Write(ref _refreshing, 0);
        _connection.Sender.SendControl(RefreshedFrame.Create(status, left));
    }

    private void OnExpired() => _connection.End(RpcCloseReason.CredentialsExpired, ExpiredText);

    private static bool IsSame(ClaimsPrincipal x, ClaimsPrincipal y) =>
        (x.Identity?.IsAuthenticated ?? false) == (y.Identity?.IsAuthenticated ?? false) && string.Equals(KeyOf(x), KeyOf(y), StringComparison.Ordinal);

    /// <summary>What tells a user from another one, or null for somebody who is nobody.</summary>
    public static string? KeyOf(ClaimsPrincipal user) => user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.Identity?.Name;
}
