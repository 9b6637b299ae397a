using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>The server's answer: what it chose, its share of the keys, and the proof that it is the one.</summary>
/// <remarks><c>0x83 "RPC" version suite id4 window4 largest4 random32 sizes2 share? signature? confirmation16</c>; the transcript is the Hello without
/// cookie, and this up to the share.</remarks>
internal readonly ref struct ServerHelloPacket
{
    private const int FixedSize = 1 + 3 + 1 + 1 + 4 + 4 + 4 + HelloPacket.RandomSize + 2;

    internal CipherSuite Suite { get; private init; }

    internal uint ConnectionId { get; private init; }

    internal uint Window { get; private init; }

    internal uint MaxMessageSize { get; private init; }

    internal ReadOnlySpan<byte> KeyShare { get; private init; }

    internal ReadOnlySpan<byte> Signature { get; private init; }

    internal ReadOnlySpan<byte> Confirmation { get; private init; }

    /// <summary>What the transcript has of it.</summary>
    internal ReadOnlySpan<byte> Signed { get; private init; }

    internal static bool TryParse(ReadOnlySpan<byte> datagram, out ServerHelloPacket hello)
    {
        hello = default;
        var reader = new PacketReader(datagram);
        reader.Byte();
        var isOurs = reader.Bytes(3).SequenceEqual(Packet.Magic) & reader.Byte() == Packet.Version;
        var (suite, id, window, maxMessageSize) = ((CipherSuite)reader.Byte(), reader.UInt32(), reader.UInt32(), reader.UInt32());
        reader.Bytes(HelloPacket.RandomSize);
        var (shareSize, signatureSize) = (reader.Byte(), reader.Byte());
        hello = new ServerHelloPacket
        {
            Suite = suite,
            ConnectionId = id,
            Window = window,
            MaxMessageSize = maxMessageSize,
            KeyShare = reader.Bytes(shareSize),
            Signature = reader.Bytes(signatureSize),
            Confirmation = reader.Bytes(Packet.TagSize),
            Signed = datagram[..Math.Min(datagram.Length, FixedSize + shareSize)],
        };
        return isOurs && !reader.IsMalformed && reader.IsAtEnd && shareSize is 0 or HelloPacket.KeyShareSize && signatureSize is 0 or 64;
    }

    /// <summary>Writes it up to the share.</summary>
    internal static byte[] CreateSigned(CipherSuite suite, uint connectionId, PeerOptions options, byte[]? keyShare, bool isSigned, ReadOnlySpan<byte> random)
    {
        var packet = new byte[FixedSize + (keyShare?.Length ?? 0)];
        var writer = new PacketWriter(packet);
        writer.Byte(Packet.ServerHello);
        writer.Bytes(Packet.Magic);
        writer.Byte(Packet.Version);
        writer.Byte((byte)suite);
        writer.UInt32(connectionId);
        writer.UInt32((uint)options.ReceiveWindow);
        writer.UInt32((uint)options.MaxMessageSize);
        writer.Bytes(random);
        writer.Byte((byte)(keyShare?.Length ?? 0));
        writer.Byte((byte)(isSigned ? 64 : 0));
        writer.Bytes(keyShare);
        return packet;
    }

    internal static byte[] Transcript(ReadOnlySpan<byte> hello, ReadOnlySpan<byte> signed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(hello);
        hash.AppendData(signed);
        return hash.GetHashAndReset();
    }
}
