namespace Rpc;

/// <summary>Which messages go first when a connection has more to send than it can.</summary>
public enum RpcPriority
{
    /// <summary>In the order of the calls; large messages travel in pieces, so that small ones overtake them. The default.</summary>
    Normal = 0,

    /// <summary>After everything else: behind all normal messages, whatever its size.</summary>
    Low = 1,
}
