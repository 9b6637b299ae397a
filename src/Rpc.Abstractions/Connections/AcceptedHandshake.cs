using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>How a server's handshake ended well: with a new connection, or with one that carries on a session.</summary>
/// <param name="Hello">What the client said, or null.</param>
/// <param name="Session">The session that it was granted, or null.</param>
/// <param name="Resumption">The session that is carried on, or null.</param>
internal sealed record AcceptedHandshake(HandshakeFrame? Hello, SessionGrant? Session, SessionResumption? Resumption);
