using Rpc.Connections;
using Rpc.Protocol;

namespace Rpc.Server;

/// <summary>A server's sessions as a handshake over a transport of messages sees them: it can begin one, and ask whether one is still there.</summary>
internal sealed class MessageServerSessions : IServerSessions
{
    private readonly ServerSessions _sessions;

    public MessageServerSessions(ServerSessions sessions) => _sessions = sessions;

    public SessionGrant Create() => _sessions.Create();

    public SessionResumption Resume(ResumeFrame resume) => _sessions.Resume(resume, isStream: false);
}
