using System.Security.Claims;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <content>Who the peer is, and what this side proves itself with.</content>
internal sealed partial class Connection
{
    private ClaimsPrincipal? _user;
    private PeerCredentials? _peerCredentials;
    private OwnCredentials? _ownCredentials;

    /// <summary>Whether this side has connected, and the peer has accepted.</summary>
    public bool IsClient { get; init; }

    public override ClaimsPrincipal User => Volatile.Read(ref _user) ?? SetUser(new ClaimsPrincipal(new ClaimsIdentity()), onlyIfNone: true);

    public override DateTimeOffset? CredentialsExpire => _peerCredentials?.Expires ?? _ownCredentials?.Expires;

    /// <summary>Whether the peer is somebody; made for those who do not want to make an anonymous one.</summary>
    public bool IsAuthenticated => Volatile.Read(ref _user) is { Identity.IsAuthenticated: true };

    /// <summary>The server's part: what an authenticator said of the peer. Called before the connection opens.</summary>
    public void Use(PeerCredentials credentials) => _peerCredentials = credentials;

    /// <summary>The client's part: what asks for credentials. Called before the connection opens.</summary>
    public void Use(OwnCredentials credentials) => _ownCredentials = credentials;

    public ClaimsPrincipal SetUser(ClaimsPrincipal user, bool onlyIfNone = false)
    {
        if (onlyIfNone)
        {
            return Interlocked.CompareExchange(ref _user, user, null) ?? user;
        }

        Volatile.Write(ref _user, user);
        return user;
    }

    public override ValueTask RefreshCredentialsAsync(CancellationToken cancellationToken = default) =>
        _ownCredentials?.RefreshAsync(cancellationToken)
            ?? throw new InvalidOperationException("This side has no credentials to refresh: set RpcClientOptions.Credentials.");

    /// <summary>Ends the connection and tells the peer why.</summary>
    public void End(RpcCloseReason reason, string text) => End(new RpcCloseInfo(reason, text), CloseFrame.Create(FrameType.Close, reason, text));

    private void StartCredentials()
    {
        _peerCredentials?.Start();
        _ownCredentials?.Start();
    }

    private void EndCredentials(RpcCloseInfo info)
    {
        _peerCredentials?.Dispose();
        _ownCredentials?.End(info);
    }

    private void OnRefresh(ref PayloadReader reader)
    {
        if (reader.Remaining > Limits.MaxHandshakeSize)
        {
            throw new ProtocolException($"The peer's credentials have {reader.Remaining} bytes, more than the limit of {Limits.MaxHandshakeSize}.");
        }

        var credentials = CredentialsField.Read(ref reader);
        if (_peerCredentials is { } peer)
        {
            peer.OnRefresh(credentials);
        }
        else if (!IsClient)
        {
            // Nobody asks for credentials here; those that were sent are as good as any.
            Sender.SendControl(RefreshedFrame.Create(RpcStatusCode.Ok, 0));
        }
        else
        {
            throw new ProtocolException("Credentials arrived from a server.");
        }
    }

    private void OnRefreshed(ref PayloadReader reader)
    {
        var (accepted, left) = RefreshedFrame.Read(ref reader);
        if (_ownCredentials?.OnRefreshed(accepted, left) != true)
        {
            throw new ProtocolException("An answer to a refresh of credentials arrived that was not asked for.");
        }
    }
}
