using System.Security.Cryptography;
using Rpc.Connections;
using Rpc.Protocol;

namespace Rpc.Server;

/// <summary>A session of a server: who may resume it, and until when.</summary>
internal sealed class ServerSession : IDisposable
{
    private readonly object _gate = new();
    private readonly ISession _session;
    private readonly Connection _connection;
    private readonly ITimer _grace;
    private readonly Action<int> _count;
    private ulong _lastAttempt;
    private bool _isWaiting;
    private bool _disposed;

    /// <param name="session">The session.</param>
    /// <param name="connection">The connection that lives in it.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="count">Told when the session begins (1) and ceases (-1) to wait for its client.</param>
    public ServerSession(ISession session, Connection connection, TimeProvider timeProvider, Action<int> count)
    {
        _count = count;
        _session = session;
        _connection = connection;
        _grace = timeProvider.CreateTimer(static state => ((ServerSession)state!).OnGraceOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether no connection carries it.</summary>
    public bool IsInterrupted => _session.IsInterrupted;

    /// <summary>No connection carries it any more: the time to resume it runs.</summary>
    public void StartGrace()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                SetWaiting(true);
                _grace.Change(_session.Grant.GracePeriod, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>It goes on.</summary>
    public void StopGrace()
    {
        lock (_gate)
        {
            if (!_disposed && !IsInterrupted)
            {
                SetWaiting(false);
                _grace.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Ends the session for want of room.</summary>
    public void Evict() => _connection.LoseSession("Too many sessions wait to be resumed.");

    /// <summary>Takes the session off its connection, for a client that proves to be its own. A session on messages stays where it is: such a client is told that the
    /// session is still there.</summary>
    /// <param name="resume">What the client said.</param>
    /// <param name="isStream">Whether it said so over a stream of bytes, which can carry the session on.</param>
    /// <returns>Null when it cannot be resumed.</returns>
    public SessionResumption? TryResume(ResumeFrame resume, bool isStream)
    {
        lock (_gate)
        {
            var proof = SessionProof.OfClient(_session.Grant, resume.Attempt, resume.Received);
            if (!CryptographicOperations.FixedTimeEquals(proof, resume.Proof) || resume.Attempt <= _lastAttempt || _disposed)
            {
                return null;
            }

            var (received, epoch) = (0L, 0);
            if (_session is SessionTransport stream && (!isStream || !stream.TryDetach(out received, out epoch)))
            {
                return null;
            }

            _lastAttempt = resume.Attempt;
            var answer = new ResumedFrame((ulong)received, SessionProof.OfServer(_session.Grant, resume.Attempt, (ulong)received));
            return new SessionResumption(resume.Id, epoch, resume.Received, answer, _session is SessionTransport);
        }
    }

    /// <summary>Lets a connection carry the session on.</summary>
    /// <returns>False when another one has come first, or the session is over.</returns>
    /// <exception cref="ProtocolException">The client claims what cannot be.</exception>
    public bool TryAttach(Transports.StreamTransportConnection transport, SessionResumption resumption)
    {
        if (_session is not SessionTransport stream || !stream.TryAttach(transport, resumption.PeerReceived, resumption.Epoch))
        {
            return false;
        }

        StopGrace();
        return true;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            SetWaiting(false);
        }

        _grace.Dispose();
    }

    private void SetWaiting(bool isWaiting)
    {
        if (_isWaiting != isWaiting)
        {
            _isWaiting = isWaiting;
            _count(isWaiting ? 1 : -1);
        }
    }

    private void OnGraceOver()
    {
        if (IsInterrupted)
        {
            _connection.LoseSession($"The client did not come back within {_session.Grant.GracePeriod.TotalSeconds:0.###} s.");
        }
    }
}
