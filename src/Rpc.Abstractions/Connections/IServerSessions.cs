using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>What a server's handshake asks of its sessions.</summary>
internal interface IServerSessions
{
    /// <summary>Makes a session for a client that asks for one.</summary>
    SessionGrant Create();

    /// <summary>Takes a session off the connection that carried it, for the client that proves it to be its own.</summary>
    /// <exception cref="ProtocolException">It cannot be resumed; why is not told.</exception>
    SessionResumption Resume(ResumeFrame resume);
}
