namespace Rpc.Transport.Udp.Protocol;

/// <summary>Sizes and first bytes of packets.</summary>
internal static class Packet
{
    /// <summary>The most bytes of a datagram: what every path carries (RFC 9000, section 14.1).</summary>
    internal const int MaxSize = 1200;

    /// <summary>The most bytes of a datagram on a path that was found to carry more: Ethernet's 1,500 less the headers of IPv4 and UDP.</summary>
    internal const int LargestSize = 1472;

    internal const int TagSize = 16;

    internal const int ConnectionIdSize = 4;

    /// <summary>Flags, connection id, long packet number.</summary>
    internal const int MaxHeaderSize = 1 + ConnectionIdSize + 4;

    /// <summary>Bytes beside the frames, whichever way and however long the packet number.</summary>
    internal const int MaxOverhead = MaxHeaderSize + TagSize;

    /// <summary>Bytes for frames of a datagram that every path carries.</summary>
    internal const int MaxBodySize = MaxSize - MaxOverhead;

    /// <summary>The protocol's version.</summary>
    internal const byte Version = 1;

    internal const byte Hello = 0x81;
    internal const byte Retry = 0x82;
    internal const byte ServerHello = 0x83;
    internal const byte Refusal = 0x84;

    /// <summary>A data packet; the other bits of the first byte are the two below.</summary>
    internal const byte Data = 0x40;

    /// <summary>The packet number has 32 bits rather than 16.</summary>
    internal const byte LongNumber = 0x01;

    /// <summary>The phase of the keys.</summary>
    internal const byte KeyPhase = 0x02;

    /// <summary>Stands after the first byte of a handshake packet.</summary>
    internal static ReadOnlySpan<byte> Magic => "RPC"u8;

    internal static bool IsData(byte first) => (first & ~(LongNumber | KeyPhase)) == Data;
}
