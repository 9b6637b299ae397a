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

    /// <summary>Makes the connection of a session that was granted.</summary>
    /// <returns>The connection, not open.</returns>
    public Connection Add(SessionGrant grant, StreamTransportConnection stream, HandshakeFrame hello)
    {
        var transport = new SessionTransport(stream, grant, _options.Limits.MaxReplayBytes, OnLost);
        var connection = new Connection(transport, _services, _options, hello);
        var session = new ServerSession(transport, connection, _options.TimeProvider, change => Interlocked.Add(ref _waiting, change));
        _sessions.TryAdd(grant.Id, session);
        _ = RemoveWhenClosedAsync(grant.Id, session, connection);
        return connection;
    }

    public SessionResumption Resume(ResumeFrame resume)
    {
        // One answer, whatever is wrong: nobody learns which sessions there are.
        return (_sessions.TryGetValue(resume.Id, out var session) ? session.TryResume(resume) : null)
            ?? throw new ProtocolException("The session cannot be resumed.", RpcCloseReason.SessionLost);
    }

    /// <summary>Lets a connection carry a session on.</summary>
    /// <returns>False when it is not wanted any more.</returns>
    /// <exception cref="ProtocolException">The client claims what cannot be.</exception>
    public bool TryAttach(StreamTransportConnection stream, SessionResumption resumption) =>
        _sessions.TryGetValue(resumption.Id, out var session) && session.TryAttach(stream, resumption);

    private void OnLost(SessionTransport transport, Exception reason)
    {
        if (!_sessions.TryGetValue(transport.Grant.Id, out var session))
        {
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
