namespace Rpc.Client;

/// <summary>Where a client is between connections.</summary>
public enum RpcClientState
{
    /// <summary>The first connection is being made, or has not been asked for yet.</summary>
    Connecting = 0,

    /// <summary>Calls travel.</summary>
    Open = 1,

    /// <summary>The connection was lost and is being made again, or its session resumed.</summary>
    Reconnecting = 2,

    /// <summary>It is over: closed by this side, or by the peer for good.</summary>
    Closed = 3,
}
