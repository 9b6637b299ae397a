namespace Rpc.Transport.Udp.Protocol;

/// <summary>The server's short, stateless answers. Each repeats 8 random bytes of the Hello, which who did not see it cannot know.</summary>
internal static class HandshakePackets
{
    internal const int EchoSize = 8;

    private const int HeadSize = 5;

    /// <summary><c>0x82 "RPC" version cookie24 echo8</c>.</summary>
    internal const int RetrySize = HeadSize + CookieJar.Size + EchoSize;

    /// <summary><c>0x84 "RPC" version reason1 echo8</c>.</summary>
    internal const int RefusalSize = HeadSize + 1 + EchoSize;

    internal static void WriteRetry(Span<byte> packet, ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> random)
    {
        var writer = WriteHead(packet, Packet.Retry);
        writer.Bytes(cookie);
        writer.Bytes(random[..EchoSize]);
    }

    internal static void WriteRefusal(Span<byte> packet, RefusalReason reason, ReadOnlySpan<byte> digest)
    {
        var writer = WriteHead(packet, Packet.Refusal);
        writer.Byte((byte)reason);
        writer.Bytes(digest[..EchoSize]);
    }

    internal static bool TryReadRetry(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> random, out ReadOnlySpan<byte> cookie)
    {
        cookie = default;
        if (packet.Length != RetrySize || !IsOurs(packet, random))
        {
            return false;
        }

        cookie = packet.Slice(HeadSize, CookieJar.Size);
        return true;
    }

    internal static bool TryReadRefusal(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> digest, out RefusalReason reason, out byte version)
    {
        (reason, version) = (default, 0);
        if (packet.Length != RefusalSize || !IsOurs(packet, digest))
        {
            return false;
        }

        (reason, version) = ((RefusalReason)packet[HeadSize], packet[4]);
        return true;
    }

    private static bool IsOurs(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> echo) =>
        packet.Slice(1, 3).SequenceEqual(Packet.Magic) && packet[^EchoSize..].SequenceEqual(echo[..EchoSize]);

    private static PacketWriter WriteHead(Span<byte> packet, byte type)
    {
        var writer = new PacketWriter(packet);
        writer.Byte(type);
        writer.Bytes(Packet.Magic);
        writer.Byte(Packet.Version);
        return writer;
    }
}
