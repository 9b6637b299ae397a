namespace Rpc.Transport.Udp.Protocol;

/// <summary>The settings of one side of a connection. Bytes and µs.</summary>
internal sealed class PeerOptions
{
    internal bool IsClient { get; set; }

    /// <summary>The connection id that stands in a client's packets.</summary>
    internal uint ConnectionId { get; set; }

    /// <summary>Received bytes, and overhead, that may wait for the application.</summary>
    internal int ReceiveWindow { get; set; } = 1024 * 1024;

    /// <summary>The peer's receive window.</summary>
    internal int PeerWindow { get; set; } = 1024 * 1024;

    /// <summary>The longest message that this side takes.</summary>
    internal int MaxMessageSize { get; set; } = 16 * 1024;

    /// <summary>The longest message that the peer takes.</summary>
    internal int PeerMaxMessageSize { get; set; } = 16 * 1024;

    internal int SendQueueSize { get; set; } = 1024 * 1024;

    internal int UnreliableQueueSize { get; set; } = 64 * 1024;

    internal long UnreliableLifetime { get; set; } = 100_000;

    internal long RedundancyDelay { get; set; } = 15_000;

    internal long MaxCongestionWindow { get; set; } = 8 * 1024 * 1024;

    /// <summary>The share of losses that may be by chance; 0 for NewReno alone, to compare with.</summary>
    internal double LossTolerance { get; set; } = CongestionController.Tolerance;

    /// <summary>The longest datagram to try.</summary>
    internal int MaxDatagramSize { get; set; } = Packet.MaxSize;

    internal long IdleTimeout { get; set; } = 30_000_000;

    /// <summary>Bytes of unfinished messages that this side holds; at least what the longest message takes.</summary>
    internal long ReassemblySize { get; set; } = 256 * 1024;

    /// <summary>Bytes of unfinished messages, shared with other connections.</summary>
    internal ReassemblyBudget Reassembly { get; set; } = ReassemblyBudget.Unlimited;

    internal MemoryBudget Memory { get; set; } = new(long.MaxValue);
}
