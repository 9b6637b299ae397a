namespace Rpc;

/// <summary>What a connection has done so far, as of one look: <see cref="RpcConnection.Statistics"/>. The numbers are read one after another while the
/// connection works, so they may be a moment apart from each other.</summary>
public readonly record struct RpcConnectionStatistics
{
    /// <summary>When the handshake was done.</summary>
    public DateTimeOffset ConnectedAt { get; init; }

    /// <summary>How long ago something arrived last.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>Calls with an answer that this side made.</summary>
    public long CallsMade { get; init; }

    /// <summary>Calls with an answer that the peer made; refused ones count.</summary>
    public long CallsReceived { get; init; }

    /// <summary>One-way calls that the peer made; refused ones count.</summary>
    public long OneWaysReceived { get; init; }

    /// <summary>Calls of this side that the peer has not answered.</summary>
    public int CallsInFlight { get; init; }

    /// <summary>Calls of the peer that this side has not answered.</summary>
    public int CallsRunning { get; init; }

    /// <summary>Frames that the transport took, in bytes; what a transport adds is not counted.</summary>
    public long BytesSent { get; init; }

    /// <summary>Frames that arrived whole, in bytes; what a transport adds is not counted.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes that wait to be sent: what grows when the peer does not keep up.</summary>
    public long BytesQueued { get; init; }

    /// <summary>Frames of stream items that arrived; a frame holds as many items as its sender had at once.</summary>
    public long ItemFramesReceived { get; init; }
}
