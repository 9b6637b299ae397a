using System.Buffers.Binary;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>The client's first packet, always <see cref="Packet.MaxSize"/> bytes: a view of it.</summary>
internal readonly ref struct HelloPacket(Span<byte> packet)
{
    internal const int RandomSize = 32;
    internal const int KeyShareSize = 64;
    internal const int MaxTokenSize = Packet.MaxSize - TokenAt;

    private const byte HasCookieFlag = 1;
    private const byte HasKeyShareFlag = 2;
    private const int SuitesAt = 5;
    private const int ModeAt = 6;
    private const int FlagsAt = 7;
    private const int WindowAt = 8;
    private const int MaxMessageAt = 12;
    private const int RandomAt = 16;
    private const int TokenSizeAt = RandomAt + RandomSize;
    private const int CookieAt = TokenSizeAt + 2;
    private const int KeyShareAt = CookieAt + CookieJar.Size;
    private const int TokenAt = KeyShareAt + KeyShareSize;

    private readonly Span<byte> _packet = packet;

    internal byte Version => _packet[4];

    internal ref byte Suites => ref _packet[SuitesAt];

    internal ref byte Mode => ref _packet[ModeAt];

    internal bool HasCookie => (_packet[FlagsAt] & HasCookieFlag) != 0;

    internal bool HasKeyShare => (_packet[FlagsAt] & HasKeyShareFlag) != 0;

    internal uint Window => BinaryPrimitives.ReadUInt32LittleEndian(_packet[WindowAt..]);

    internal uint MaxMessageSize => BinaryPrimitives.ReadUInt32LittleEndian(_packet[MaxMessageAt..]);

    internal Span<byte> Random => _packet.Slice(RandomAt, RandomSize);

    internal Span<byte> Cookie => _packet.Slice(CookieAt, CookieJar.Size);

    internal Span<byte> KeyShare => _packet.Slice(KeyShareAt, KeyShareSize);

    internal Span<byte> Token => _packet.Slice(TokenAt, BinaryPrimitives.ReadUInt16LittleEndian(_packet[TokenSizeAt..]));

    /// <summary>Looks at a datagram whose first byte says that it is one.</summary>
    /// <returns>False when it cannot be one, in this or any later version.</returns>
    internal static bool TryParse(Span<byte> datagram, out HelloPacket hello)
    {
        hello = new HelloPacket(datagram);
        return datagram.Length == Packet.MaxSize
            && datagram.Slice(1, 3).SequenceEqual(Packet.Magic)
            && BinaryPrimitives.ReadUInt16LittleEndian(datagram[TokenSizeAt..]) <= MaxTokenSize;
    }

    internal static byte[] Create(SecurityMode mode, CipherSuite suites, int window, int maxMessageSize, ReadOnlySpan<byte> random, byte[]? keyShare, byte[]? token)
    {
        var packet = new byte[Packet.MaxSize];
        var hello = new HelloPacket(packet);
        packet[0] = Packet.Hello;
        Packet.Magic.CopyTo(packet.AsSpan(1));
        packet[4] = Packet.Version;
        hello.Suites = (byte)suites;
        hello.Mode = (byte)mode;
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(WindowAt), (uint)window);
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(MaxMessageAt), (uint)maxMessageSize);
        random.CopyTo(hello.Random);
        if (keyShare is not null)
        {
            packet[FlagsAt] |= HasKeyShareFlag;
            keyShare.CopyTo(hello.KeyShare);
        }

        if (token is not null)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(TokenSizeAt), (ushort)token.Length);
            token.CopyTo(hello.Token);
        }

        return packet;
    }

    internal void SetCookie(ReadOnlySpan<byte> cookie)
    {
        _packet[FlagsAt] |= HasCookieFlag;
        cookie.CopyTo(Cookie);
    }

    /// <summary>Takes the cookie out, which is not part of what both sides sign.</summary>
    internal void ClearCookie()
    {
        _packet[FlagsAt] &= unchecked((byte)~HasCookieFlag);
        Cookie.Clear();
    }

    /// <summary>What a refusal names the Hello by, that its cookie was cleared of: SHA-256 of all of it. One that was damaged on its way has another, and its refusal
    /// means nothing to the client.</summary>
    internal readonly byte[] Digest() => ServerHelloPacket.Transcript(_packet, default);
}
