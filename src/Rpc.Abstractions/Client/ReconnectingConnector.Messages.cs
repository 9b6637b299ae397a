using System.Security.Cryptography;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Client;

/// <content>Sessions on messages: their transport looks for the peer, and needs no new handshake when it has found it.</content>
/// <remarks>A server that was restarted answers the search as nothing does: not at all. So after some attempts the client asks over a connection of its own whether the
/// session is still there, and goes on searching meanwhile. Only a server that says no, or the grace period, ends the session: nobody else can, as who says no has
/// shown by the handshake to be the server.</remarks>
internal sealed partial class ReconnectingConnector
{
    /// <summary>After how many attempts without an answer the client asks, and then again after as many. An attempt takes about a second.</summary>
    private const int AttemptsBeforeAsking = 3;

    /// <summary>Looks for the peer of a session.</summary>
    /// <returns>True when it was found, false when the server does not know the session any more.</returns>
    /// <exception cref="TransportException">It was not found this time.</exception>
    private async ValueTask<bool> TryReachAsync(MessageSession session, Uri address, int attempt, CancellationToken cancellationToken)
    {
        using var timeout = new DeadlineToken(TimeProvider, _options.ConnectTimeout, cancellationToken);
        if (attempt % AttemptsBeforeAsking != 0)
        {
            return await TrySeekAsync(session, address, timeout.Token).ConfigureAwait(false) ? true : throw Unanswered(address);
        }

        using var found = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token);
        var asking = AskAsync(session, address, found.Token);
        try
        {
            do
            {
                if (await TrySeekAsync(session, address, timeout.Token).ConfigureAwait(false))
                {
                    return true;
                }
            }
            while (!asking.IsCompleted && address.Scheme == session.Scheme);

            return await asking.ConfigureAwait(false) ? throw Unanswered(address) : false;
        }
        finally
        {
            found.Cancel();
            await Quietly(asking).ConfigureAwait(false);
        }
    }

    private static TransportException Unanswered(Uri address) => new(TransportError.TimedOut, $"{address} does not answer.");

    private static async ValueTask<bool> TrySeekAsync(MessageSession session, Uri address, CancellationToken cancellationToken) =>
        address.Scheme == session.Scheme && await session.SeekAsync(address, cancellationToken).ConfigureAwait(false);

    private static async Task Quietly(Task<bool> asking)
    {
        try
        {
            await asking.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or RpcException or ProtocolException or OperationCanceledException)
        {
            // Told, or of no interest any more.
        }
    }

    /// <summary>Asks the server over another connection whether it has the session.</summary>
    private async Task<bool> AskAsync(MessageSession session, Uri address, CancellationToken cancellationToken)
    {
        var connected = await _options.TransportOf(address).ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        try
        {
            var attempt = ++_resumeAttempt;
            var resume = new ResumeFrame(session.Grant.Id, attempt, 0, SessionProof.OfClient(session.Grant, attempt, 0));
            var resumed = await Handshake.Of(connected, _options.Limits).ResumeAsync(resume, cancellationToken).ConfigureAwait(false);
            return CryptographicOperations.FixedTimeEquals(SessionProof.OfServer(session.Grant, attempt, resumed.Received), resumed.Proof)
                ? true
                : throw new ProtocolException("Who answers is not the server of the session.");
        }
        catch (RpcConnectException e) when (e.Reason == RpcCloseReason.SessionLost)
        {
            return false;
        }
        finally
        {
            await connected.DisposeAsync().ConfigureAwait(false);
        }
    }
}
