namespace Rpc;

/// <summary>The life of a connection. It only moves forward; a connection never opens again.</summary>
public enum RpcConnectionState
{
    /// <summary>The transport connects.</summary>
    Connecting = 0,

    /// <summary>The two sides agree on version, limits and identity.</summary>
    Handshaking = 1,

    /// <summary>Calls travel.</summary>
    Open = 2,

    /// <summary>No new calls are accepted; those that run may end.</summary>
    Draining = 3,

    /// <summary>It is over; the reason is recorded.</summary>
    Closed = 4,
}
