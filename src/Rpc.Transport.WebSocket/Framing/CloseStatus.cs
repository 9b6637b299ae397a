namespace Rpc.Transport.WebSockets.Framing;

/// <summary>Why a connection is closed (RFC 6455 section 7.4.1): the values that this side sends or tells apart.</summary>
internal enum CloseStatus : ushort
{
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    UnacceptableData = 1003,

    /// <summary>Stands for a Close frame without a status; never sent.</summary>
    None = 1005,
    InvalidData = 1007,
}
