namespace Rpc.Connections;

/// <summary>What the keepalive watches over.</summary>
internal interface IKeepAliveTarget
{
    /// <summary>How many writes the transport has taken, and whether one is under way.</summary>
    (long Completed, bool Pending) SendProgress { get; }

    void SendPing();

    /// <summary>The peer is dead. Called once.</summary>
    void OnDead(RpcCloseReason reason, string message);

    /// <summary>Some time has passed; for housekeeping.</summary>
    void OnTick();
}
