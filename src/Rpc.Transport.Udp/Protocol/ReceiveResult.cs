namespace Rpc.Transport.Udp.Protocol;

/// <summary>What became of a datagram.</summary>
internal enum ReceiveResult
{
    /// <summary>It was not from the peer, came twice, or too late.</summary>
    Dropped,

    /// <summary>It was the peer's; a later one has come before.</summary>
    Accepted,

    /// <summary>It was the peer's, and the newest: the peer is where it came from.</summary>
    Newest,
}
