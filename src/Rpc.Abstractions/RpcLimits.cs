namespace Rpc;

/// <summary>What a side of a connection puts up with. Each limit is enforced before memory is spent, and answered with a typed error at the party that
/// can act. The peer learns those that it has to keep in the handshake.</summary>
/// <remarks>Set before the connection is made; not changed afterwards.</remarks>
public sealed class RpcLimits
{
    /// <summary>The longest frame taken from the peer, in bytes: arguments or result of one call, or one item of a stream, and a few bytes of header.
    /// Default 32 MiB, least 1 KiB. A sender gets <see cref="RpcStatusCode.ResourceExhausted"/> before anything is sent.</summary>
    public int MaxFrameSize { get; set; } = 32 * 1024 * 1024;

    /// <summary>How many bytes of frames that travel in pieces may be incomplete at once. Default 64 MiB, at least <see cref="MaxFrameSize"/>.
    /// The peer learns it and lets its further large frames wait, smaller ones first where they have room; one that goes beyond breaks the protocol.</summary>
    public int MaxReassemblyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many calls of the peer run at once on a connection. Default 8,192, at most 65,535. The peer's further calls wait at the peer.</summary>
    public int MaxConcurrentCalls { get; set; } = 8192;

    /// <summary>How many bytes of items each stream to this side may send ahead of its reader. Default 512 KiB.</summary>
    public int StreamWindow { get; set; } = 512 * 1024;

    /// <summary>How many bytes may be queued for a peer that does not read. Default 128 MiB. Beyond it calls wait, a response gives way to a
    /// <see cref="RpcStatusCode.ResourceExhausted"/>, a one-way call throws.</summary>
    public int MaxQueuedBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>From how many queued bytes on streams and awaited one-way calls wait for the peer to read. Default 256 KiB.</summary>
    public int SendHighWater { get; set; } = 256 * 1024;

    /// <summary>How many received bytes may wait for handlers to start before no more is read. Default 4 MiB.</summary>
    public int MaxInboundBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many bytes of names and values a call may carry; each pair counts 32 more, as in HTTP/2. Default 16 KiB, at most 16 MiB.</summary>
    public int MaxMetadataSize { get; set; } = 16 * 1024;

    /// <summary>How many bytes the peer's handshake may have, credentials and metadata included, where each pair counts 32 more; and how many refreshed credentials may have.
    /// Default 64 KiB.</summary>
    public int MaxHandshakeSize { get; set; } = 64 * 1024;

    /// <summary>How many bytes of what was sent are kept for a session that may be resumed, until the peer has acknowledged them. Default 1 MiB, least 512 KiB.
    /// Beyond it what is to be sent waits in the queue.</summary>
    public int MaxReplayBytes { get; set; } = 1024 * 1024;

    /// <summary>How many sessions of a server may wait to be resumed at once. Default 10,000. Further ones are lost with their connection.</summary>
    public int MaxInterruptedSessions { get; set; } = 10_000;

    /// <summary>How long the handshake may take, from the transport's connection to the first call. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the transport may take no byte of what is queued, or the peer no piece of a large frame, before the connection ends. Default 30 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many calls of the peer may start in a second, one-way calls and calls of unknown methods included; 0 for no limit, the default. Beyond it a
    /// call is answered with <see cref="RpcStatusCode.ResourceExhausted"/> and a one-way call is dropped and counted.</summary>
    public int MaxCallsPerSecond { get; set; }

    /// <summary>How many connections a server has at once. Default 20,000. Further ones are refused.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>How many connections of a server may be in their handshake at once. Default 1,024. Further ones are cut.</summary>
    public int MaxHandshakingConnections { get; set; } = 1024;

    /// <summary>Throws for values that cannot be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public void Validate()
    {
        Check(MaxFrameSize, 1024, int.MaxValue / 2, nameof(MaxFrameSize));
        Check(MaxReassemblyBytes, MaxFrameSize, int.MaxValue, nameof(MaxReassemblyBytes));
        Check(MaxConcurrentCalls, 0, 65_535, nameof(MaxConcurrentCalls));
        Check(StreamWindow, 1, int.MaxValue / 4, nameof(StreamWindow));
        Check(MaxQueuedBytes, 1024, int.MaxValue, nameof(MaxQueuedBytes));
        Check(SendHighWater, 1, MaxQueuedBytes, nameof(SendHighWater));
        Check(MaxInboundBytes, 1024, int.MaxValue, nameof(MaxInboundBytes));
        Check(MaxMetadataSize, 0, 16 * 1024 * 1024, nameof(MaxMetadataSize));
        Check(MaxHandshakeSize, 256, 16 * 1024 * 1024, nameof(MaxHandshakeSize));
        Check(MaxReplayBytes, 512 * 1024, int.MaxValue, nameof(MaxReplayBytes));
        Check(MaxInterruptedSessions, 0, int.MaxValue, nameof(MaxInterruptedSessions));
        Check(MaxCallsPerSecond, 0, int.MaxValue, nameof(MaxCallsPerSecond));
        Check(MaxConnections, 1, int.MaxValue, nameof(MaxConnections));
        Check(MaxHandshakingConnections, 1, int.MaxValue, nameof(MaxHandshakingConnections));
        Check(HandshakeTimeout, nameof(HandshakeTimeout));
        Check(SendTimeout, nameof(SendTimeout));
    }

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least} to {most}.");
        }
    }

    private static void Check(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be more than zero.");
        }
    }
}
