namespace Rpc.Transport.Conformance.Messages;

/// <summary>How the in-process message transport treats messages. The same seed gives the same losses and orders for the same sends.</summary>
public sealed record MessagePairOptions
{
    /// <summary>The seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The share of unreliable and sequenced messages that are lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of messages that may overtake earlier ones, 0 to 1; none overtakes one of its own lane.</summary>
    public double Reordering { get; init; }

    /// <summary>The greatest reliable message (bytes).</summary>
    public int MaxMessageSize { get; init; } = 64 * 1024;

    /// <summary>The greatest unreliable message (bytes).</summary>
    public int MaxUnreliableMessageSize { get; init; } = 1150;

    /// <summary>Bytes in flight at which reliable messages are refused.</summary>
    public int QueueSize { get; init; } = 1024 * 1024;
}
