using System.Net;
using System.Security.Claims;

namespace Rpc;

/// <summary>A connection between two sides that call each other. Symmetric: either side may serve any contracts and hold proxies of any.</summary>
/// <remarks>Thread safe. A scoped service gets its own connection from dependency injection.</remarks>
public abstract class RpcConnection : IAsyncDisposable
{
    private protected RpcConnection()
    {
    }

    /// <summary>Raised after each change of <see cref="State"/>, in order, on a thread of the pool; a handler that throws is logged.</summary>
    public abstract event Action<RpcConnection, RpcConnectionState>? StateChanged;

    /// <summary>Raised when the transport of the session was lost (true) and when another one carries it on (false), in order, on a thread of the pool. Only
    /// where the client has asked for sessions that can be resumed, and the server grants them.</summary>
    /// <remarks>Between the two, calls and streams wait: what this side sends is kept, deadlines and cancellation are honoured.</remarks>
    public abstract event Action<RpcConnection, bool>? InterruptionChanged;

    /// <summary>Whether the transport is lost at present, and the session waits to be resumed.</summary>
    public abstract bool IsInterrupted { get; }

    /// <summary>An id that is unique in this process.</summary>
    public abstract long Id { get; }

    /// <summary>Where the connection is in its life.</summary>
    public abstract RpcConnectionState State { get; }

    /// <summary>Cancelled when the connection drains: a side has asked for no more calls. A handler that would run for long, such as that of an endless stream, ends
    /// by it in good order, before the drain timeout ends it by force.</summary>
    public abstract CancellationToken Draining { get; }

    /// <summary>The scheme of the transport, such as <c>tcp</c>.</summary>
    public abstract string Scheme { get; }

    /// <summary>This side's end point, or null where the transport has none.</summary>
    public abstract EndPoint? LocalEndPoint { get; }

    /// <summary>The peer's end point, or null where the transport has none.</summary>
    public abstract EndPoint? RemoteEndPoint { get; }

    /// <summary>What the peer sent with its handshake.</summary>
    public abstract RpcMetadata PeerMetadata { get; }

    /// <summary>Who the peer is; anonymous when nothing is known, never null. On a server, what the authenticator decided; without one, and on a client, a principal
    /// made from the certificate that the peer proved to hold. Replaced as a whole when credentials are refreshed.</summary>
    public abstract ClaimsPrincipal User { get; }

    /// <summary>When the credentials of the connection expire, as far as this side knows; null for never. A refresh moves it.</summary>
    public abstract DateTimeOffset? CredentialsExpire { get; }

    /// <summary>The latest round trip that was measured, or null before the first.</summary>
    public abstract TimeSpan? RoundTripTime { get; }

    /// <summary>The name that a directory of connections finds the peer by; null for none. On a server at first that of <see cref="User"/>: its claim
    /// <see cref="ClaimTypes.NameIdentifier"/>, or else its name. The application may set another.</summary>
    public abstract string? UserId { get; set; }

    /// <summary>What the connection has done so far. Cheap: may be read for thousands of connections at a time.</summary>
    public abstract RpcConnectionStatistics Statistics { get; }

    /// <summary>Ends when the connection has ended, with how; never fails.</summary>
    public abstract Task<RpcCloseInfo> Closed { get; }

    /// <summary>A place for the application's own values. Thread safe.</summary>
    public abstract IDictionary<object, object?> Items { get; }

    /// <summary>A proxy of a contract that the peer serves.</summary>
    /// <typeparam name="T">An interface with <see cref="RpcServiceAttribute"/>.</typeparam>
    /// <returns>The proxy; cheap, reusable, thread safe.</returns>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>; the message says what to install.</exception>
    public abstract T GetProxy<T>()
        where T : class;

    /// <summary>Closes in good order: no new calls are accepted on either side, those that run may end until <paramref name="cancellationToken"/> is
    /// cancelled or the drain timeout has passed, everything flushed is delivered.</summary>
    /// <param name="reason">What the peer is told.</param>
    /// <param name="message">What the peer is told, for a person.</param>
    /// <param name="cancellationToken">Cuts the wait short: what still runs is cancelled.</param>
    /// <returns>A task that ends when the connection has ended.</returns>
    public abstract ValueTask CloseAsync(RpcCloseReason reason = RpcCloseReason.Normal, string? message = null, CancellationToken cancellationToken = default);

    /// <summary>Ends the connection because the application wants it so: the peer is told <see cref="RpcCloseReason.Kicked"/> and the message, and its
    /// running calls fail with an exception that has both in its <see cref="RpcException.CloseInfo"/>. Nothing is waited for but that the peer is told: handlers are
    /// cancelled; what was written before is still delivered.</summary>
    /// <param name="message">Why, for a person: the peer's <see cref="RpcCloseInfo.Message"/>.</param>
    /// <returns>A task that ends when the connection has ended; at the latest a few seconds later with a peer that does not read.</returns>
    /// <remarks>A connection that has ended stays as it ended. For a farewell that lets running calls end first, call <see cref="CloseAsync"/> with
    /// <see cref="RpcCloseReason.Kicked"/>.</remarks>
    public abstract ValueTask KickAsync(string message);

    /// <summary>Measures a round trip.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="RpcException"><see cref="RpcStatusCode.Unavailable"/>: the connection is gone.</exception>
    public abstract ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks this side's credentials provider again and shows the peer what it gave. Done by itself before credentials expire; to be called when they changed.
    /// Calls that overlap share one refresh.</summary>
    /// <param name="cancellationToken">Ends the wait; a refresh that has begun goes on.</param>
    /// <returns>A task that ends when the peer has accepted them.</returns>
    /// <exception cref="InvalidOperationException">This side has no provider: see <c>RpcClientOptions.Credentials</c>.</exception>
    /// <exception cref="RpcException"><see cref="RpcStatusCode.Unauthenticated"/>: the peer refused them, and has ended the connection.
    /// <see cref="RpcStatusCode.Unavailable"/>: the peer could not tell now, or the connection is gone.</exception>
    public abstract ValueTask RefreshCredentialsAsync(CancellationToken cancellationToken = default);

    /// <summary>Cuts the connection at once: calls in flight fail with <see cref="RpcStatusCode.Unavailable"/>, handlers are cancelled.</summary>
    /// <param name="reason">The recorded reason.</param>
    /// <param name="message">The recorded message.</param>
    public abstract void Abort(RpcCloseReason reason = RpcCloseReason.Aborted, string? message = null);

    /// <summary>Closes without waiting for calls that run: they are cancelled; what was written before is still delivered.</summary>
    /// <returns>A task that ends when the connection has ended.</returns>
    public abstract ValueTask DisposeAsync();
}
