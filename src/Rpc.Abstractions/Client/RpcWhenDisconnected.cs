namespace Rpc.Client;

/// <summary>What a client does with calls while it has no connection.</summary>
public enum RpcWhenDisconnected
{
    /// <summary>They wait for the next one, until their deadline, their cancellation, or the client's end; as many as
    /// <see cref="RpcReconnectOptions.MaxWaitingCalls"/>.</summary>
    Wait = 0,

    /// <summary>They fail at once with <see cref="RpcStatusCode.Unavailable"/>.</summary>
    Fail = 1,
}
