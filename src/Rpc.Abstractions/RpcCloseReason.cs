namespace Rpc;

/// <summary>Why a connection ended. The numbers are those of the wire.</summary>
public enum RpcCloseReason
{
    /// <summary>A side closed it in good order.</summary>
    Normal = 0,

    /// <summary>The peer's process is shutting down.</summary>
    ShuttingDown = 1,

    /// <summary>The peer broke the rules of the protocol.</summary>
    ProtocolError = 2,

    /// <summary>The two sides have no protocol version in common, or the peer speaks something else.</summary>
    VersionMismatch = 3,

    /// <summary>The handshake was not done in time.</summary>
    HandshakeTimeout = 4,

    /// <summary>Nothing was heard from the peer for longer than the keepalive allows.</summary>
    KeepAliveTimeout = 5,

    /// <summary>A limit was reached that ends the connection: the peer does not read, or floods.</summary>
    ResourceExhausted = 6,

    /// <summary>The peer was refused: credentials, or too many connections.</summary>
    Refused = 7,

    /// <summary>The transport broke: reset, unplugged, end of stream without a goodbye.</summary>
    TransportLost = 8,

    /// <summary>This side cut it, by disposing or by cancelling.</summary>
    Aborted = 9,

    /// <summary>An error inside the framework; it is logged.</summary>
    InternalError = 10,

    /// <summary>The peer's application ended the connection on purpose; the message says why.</summary>
    Kicked = 11,

    /// <summary>The session could not be taken up again: its grace period is over, or the server no longer knows it.</summary>
    SessionLost = 12,

    /// <summary>The credentials that the connection was opened with are no longer valid and were not refreshed in time.</summary>
    CredentialsExpired = 13,
}
