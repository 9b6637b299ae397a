using Rpc.Transport.Udp.Internal;
using Rpc.Transport.Udp.Protocol;

namespace Rpc.Transport.Udp;

/// <summary>What both sides of the UDP transport may set. Not to be changed once in use.</summary>
public abstract class UdpOptions
{
    private protected UdpOptions()
    {
    }

    /// <summary>Whether to go on without any secret: the packets are then sealed with keys that anyone who saw the handshake can compute, and nobody
    /// knows who the peer is. For development, and networks that nobody else is in. False by default.</summary>
    public bool AllowInsecure { get; set; }

    /// <summary>The longest message that this side takes (bytes), 1,200 to 16 MiB. 16 KiB by default; the engine cuts longer frames into pieces. On a path that loses
    /// packets, longer messages are more often unfinished, and fill <see cref="MaxReassemblySize"/>.</summary>
    public int MaxMessageSize { get; set; } = 16 * 1024;

    /// <summary>Bytes of received messages, 64 added for each, that may wait for the application before the peer stops sending. At least
    /// <see cref="MaxMessageSize"/> + 64; 1 MiB by default.</summary>
    public int ReceiveWindow { get; set; } = 1024 * 1024;

    /// <summary>Bytes of received messages that are not whole yet, in a connection; as many as the longest takes are kept for the oldest message that has not come. A message for
    /// which there is no room is refused, and sent again. The memory itself is taken as the bytes arrive, in blocks of 2 KiB, whatever length a message claims. At least four times
    /// <see cref="MaxMessageSize"/>; 256 KiB by default. On a path that loses packets, it is what bounds a transfer.</summary>
    public int MaxReassemblySize { get; set; } = 256 * 1024;

    /// <summary>Bytes of reliable messages that may wait to be acknowledged before the caller waits. 1 MiB by default.</summary>
    public int SendQueueSize { get; set; } = 1024 * 1024;

    /// <summary>Bytes of unreliable and sequenced messages that may wait for the congestion window; the oldest are dropped. 64 KiB by default.</summary>
    public int UnreliableQueueSize { get; set; } = 64 * 1024;

    /// <summary>How long an unreliable or sequenced message may wait for the congestion window before it is dropped. 100 ms by default.</summary>
    public TimeSpan UnreliableLifetime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a redundant message its copy is sent. 15 ms by default.</summary>
    public TimeSpan RedundancyDelay { get; set; } = TimeSpan.FromMilliseconds(15);

    /// <summary>How long a peer may be silent before it counts as gone; a third of it is the interval of keepalive packets. 1 s to 10 min, 30 s by default.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a handshake may take. 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The most bytes in flight, whatever the congestion control thinks. 8 MiB by default.</summary>
    public int MaxCongestionWindow { get; set; } = 8 * 1024 * 1024;

    /// <summary>The longest datagram to send (bytes), 1,200 to 1,472. 1,200 by default, which every path carries. Above it, each connection tries by probes how much of it its path
    /// carries, sets "don't fragment", and goes back to 1,200 when long datagrams cease to arrive. 1,472 is what Ethernet has for IPv4; 1,452 for IPv6. Each side searches for
    /// itself.</summary>
    public int MaxDatagramSize { get; set; } = Packet.MaxSize;

    /// <summary>Whether threads of the transport's own wait for datagrams and run what they bring, on Linux and with .NET 8 or later; else the platform waits, and its pool runs it. True by
    /// default. Code that blocks such a thread holds others up for about three milliseconds, then another thread takes over.</summary>
    public bool UsePollThreads { get; set; } = true;

    /// <summary>Whether the system may cut many datagrams from one piece when they are sent (Linux 4.18 and later), and join them when they are received (5.0). Needs
    /// <see cref="UsePollThreads"/>. Where the device says that it cannot, datagrams are sent one by one. True by default; to be turned off where a device's driver is broken.</summary>
    public bool UseSegmentationOffload { get; set; } = true;

    /// <summary>Size (bytes) of the system's send buffer; null for 4 MiB at a server, 1 MiB at a client, as far as the system permits.</summary>
    public int? SendBufferSize { get; set; }

    /// <summary>Size (bytes) of the system's receive buffer; null for 4 MiB at a server, 1 MiB at a client, as far as the system permits.</summary>
    public int? ReceiveBufferSize { get; set; }

    /// <summary>Whether packets are sealed with AES-CTR and HMAC-SHA256 even where the platform has AES-GCM, which is faster. False by default; platforms
    /// without AES-GCM (Unity, Mono) do so in any case.</summary>
    public bool UsePortableCipher { get; set; }

    internal CipherSuite Suites => !UsePortableCipher && AesGcmProtection.IsSupported ? CipherSuite.AesGcm | CipherSuite.AesCtrHmac : CipherSuite.AesCtrHmac;

    internal virtual void Validate()
    {
        OptionRange.Check(nameof(MaxMessageSize), MaxMessageSize is >= Packet.MaxSize and <= 16 * 1024 * 1024);
        OptionRange.Check(nameof(ReceiveWindow), ReceiveWindow >= MaxMessageSize + MessageFormat.Overhead);
        OptionRange.Check(nameof(MaxReassemblySize), MaxReassemblySize / 4 >= MaxMessageSize);
        OptionRange.Check(nameof(SendQueueSize), SendQueueSize > 0);
        OptionRange.Check(nameof(UnreliableQueueSize), UnreliableQueueSize >= Packet.MaxSize);
        OptionRange.Check(nameof(UnreliableLifetime), UnreliableLifetime > TimeSpan.Zero);
        OptionRange.Check(nameof(RedundancyDelay), RedundancyDelay > TimeSpan.Zero);
        OptionRange.Check(nameof(IdleTimeout), IdleTimeout >= TimeSpan.FromSeconds(1) && IdleTimeout <= TimeSpan.FromMinutes(10));
        OptionRange.Check(nameof(HandshakeTimeout), HandshakeTimeout > TimeSpan.Zero);
        OptionRange.Check(nameof(MaxCongestionWindow), MaxCongestionWindow >= CongestionController.MinWindow);
        OptionRange.Check(nameof(MaxDatagramSize), MaxDatagramSize is >= Packet.MaxSize and <= Packet.LargestSize);
        OptionRange.Check(nameof(SendBufferSize), SendBufferSize is null or > 0);
        OptionRange.Check(nameof(ReceiveBufferSize), ReceiveBufferSize is null or > 0);
    }

    internal PeerOptions CreatePeerOptions() => new()
    {
        ReceiveWindow = ReceiveWindow,
        MaxMessageSize = MaxMessageSize,
        ReassemblySize = MaxReassemblySize,
        SendQueueSize = SendQueueSize,
        UnreliableQueueSize = UnreliableQueueSize,
        UnreliableLifetime = Clock.ToMicroseconds(UnreliableLifetime),
        RedundancyDelay = Clock.ToMicroseconds(RedundancyDelay),
        MaxCongestionWindow = MaxCongestionWindow,
        MaxDatagramSize = MaxDatagramSize,
        IdleTimeout = Clock.ToMicroseconds(IdleTimeout),
    };
}
