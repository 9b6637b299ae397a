using System.Collections.Concurrent;
using System.Security.Cryptography;
using Rpc.Connections;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Server;

/// <summary>The sessions of a server that may outlive their connections. Thread safe.</summary>
internal sealed class ServerSessions : IServerSessions
{
    private readonly ConcurrentDictionary<Guid, ServerSession> _sessions = new();
    private readonly RpcServerOptions _options;
    private readonly ServiceTable _services;
    private int _waiting;

    public ServerSessions(RpcServerOptions options, ServiceTable services)
    {
        _options = options;
        _services = services;
    }

    public SessionGrant Create()
    {
        var id = new byte[SessionGrant.IdSize];
        var secret = new byte[SessionGrant.SecretSize];
        RandomNumberGenerator.Fill(id);
        RandomNumberGenerator.Fill(secret);
        return new SessionGrant(new Guid(id), secret, _options.SessionGracePeriod);
    }

    /// <summary>What the handshake of a connection asks of the sessions; null when none can live on it.</summary>
    public IServerSessions? Over(TransportConnection transport) => transport switch
    {
        StreamTransportConnection => this,
        IInterruptibleConnection => new MessageServerSessions(this),
        _ => null,
    };

    /// <summary>Makes the connection of a session that was granted.</summary>
    /// <returns>The connection, not open.</returns>
    public Connection Add(SessionGrant grant, TransportConnection transport, HandshakeFrame hello)
    {
        ISession session;
        Connection connection;
        if (transport is MessageTransportConnection message)
        {
            var kept = new MessageSession(message, (IInterruptibleConnection)message, grant, OnChanged);
            connection = new Connection(message, _services, _options, hello, session: kept);
            session = kept;
        }
        else
        {
            var stream = new SessionTransport((StreamTransportConnection)transport, grant, _options.Limits.MaxReplayBytes, OnChanged);
            connection = new Connection(stream, _services, _options, hello);
            session = stream;
        }

        var entry = new ServerSession(session, connection, _options.TimeProvider, change => Interlocked.Add(ref _waiting, change));
        _sessions.TryAdd(grant.Id, entry);
        _ = RemoveWhenClosedAsync(grant.Id, entry, connection);
        return connection;
    }

    public SessionResumption Resume(ResumeFrame resume) => Resume(resume, isStream: true);

    /// <summary>As <see cref="Resume(ResumeFrame)"/>.</summary>
    /// <param name="resume">What the client said.</param>
    /// <param name="isStream">Whether the client said so over a stream of bytes.</param>
    public SessionResumption Resume(ResumeFrame resume, bool isStream)
    {
        // One answer, whatever is wrong: nobody learns which sessions there are.
        return (_sessions.TryGetValue(resume.Id, out var session) ? session.TryResume(resume, isStream) : null)
            ?? throw new ProtocolException("The session cannot be resumed.", RpcCloseReason.SessionLost);
    }

    /// <summary>Lets a connection carry a session on.</summary>
    /// <returns>False when it is not wanted any more.</returns>
    /// <exception cref="ProtocolException">The client claims what cannot be.</exception>
    public bool TryAttach(StreamTransportConnection stream, SessionResumption resumption) =>
        _sessions.TryGetValue(resumption.Id, out var session) && session.TryAttach(stream, resumption);

    private void OnChanged(ISession changed, Exception? loss)
    {
        if (!_sessions.TryGetValue(changed.Grant.Id, out var session))
        {
            return;
        }

        if (loss is null)
        {
            session.StopGrace();
            return;
        }

        session.StartGrace();
        if (Volatile.Read(ref _waiting) > _options.Limits.MaxInterruptedSessions)
        {
            session.Evict();
        }
    }

    private async Task RemoveWhenClosedAsync(Guid id, ServerSession session, Connection connection)
    {
        await connection.Closed.ConfigureAwait(false);
        _sessions.TryRemove(id, out _);
        session.Dispose();
    }
}
