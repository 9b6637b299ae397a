namespace Rpc.Testing;

/// <summary>What a network does to what is sent over it, in one direction. Immutable once in use.</summary>
public sealed class NetworkConditions
{
    /// <summary>A network that delivers everything at once.</summary>
    public static NetworkConditions Perfect { get; } = new();

    /// <summary>The share of packets that are lost, each by itself; 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>The chance that a packet begins a burst of losses; 0 to 1.</summary>
    public double BurstLoss { get; set; }

    /// <summary>How long a burst lasts. 50 ms by default.</summary>
    public TimeSpan BurstDuration { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The time on the way, one way.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The most that is added to <see cref="Delay"/>, evenly distributed. Packets keep their order.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>The share of packets that arrive twice; 0 to 1.</summary>
    public double Duplication { get; set; }

    /// <summary>The share of packets that are held back by <see cref="ReorderingDelay"/>, and overtaken; 0 to 1.</summary>
    public double Reordering { get; set; }

    /// <summary>How long packets are held back at most. 10 ms by default.</summary>
    public TimeSpan ReorderingDelay { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The share of packets of which a byte is changed; 0 to 1.</summary>
    public double Corruption { get; set; }

    /// <summary>Bytes a second; 0 for no limit.</summary>
    public long BytesPerSecond { get; set; }

    /// <summary>Bytes that may wait for a limited rate; what comes beyond is lost. 64 KiB by default.</summary>
    public int QueueSize { get; set; } = 64 * 1024;

    /// <summary>The longest packet (bytes) that arrives; longer ones are lost. 0 for no limit.</summary>
    public int MaxPacketSize { get; set; }

    /// <summary>Whether nothing arrives at all.</summary>
    public bool IsBlackhole { get; set; }
}
