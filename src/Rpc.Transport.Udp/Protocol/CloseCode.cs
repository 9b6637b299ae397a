namespace Rpc.Transport.Udp.Protocol;

/// <summary>Why a side ends a connection, as it stands in a CLOSE frame.</summary>
internal enum CloseCode : byte
{
    /// <summary>Everything was said.</summary>
    Normal = 0,

    /// <summary>The connection was cut.</summary>
    Aborted = 1,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolViolation = 2,

    /// <summary>The listener does not take the connection: full, closing, or the connect token was used before.</summary>
    Refused = 3,

    /// <summary>The peer did not finish a message in time, and other connections waited for the memory that it held.</summary>
    Stalled = 4,
}
