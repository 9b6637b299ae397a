using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Seals and opens connect tokens with AES-256-GCM.</summary>
/// <remarks><c>version1 keyId4 expiry8 nonce12 | sealed: key32 id16 audience(1+n) client(1+n) data(2+n) | tag16</c>; the clear part is authenticated.</remarks>
internal static class TokenSealer
{
    internal const int KeySize = 32;
    internal const int MaxName = 64;
    internal const int MaxUserData = 256;

    private const byte Version = 1;
    private const int ClearSize = 1 + 4 + 8;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    internal static uint KeyIdOf(ReadOnlySpan<byte> token) => token.Length < ClearSize ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(token[1..]);

    internal static byte[] Seal(byte[] key, uint keyId, TokenContent content, string audience)
    {
        Span<byte> plain = stackalloc byte[KeySize + 16 + 1 + MaxName + 1 + MaxName + 2 + MaxUserData];
        var writer = new PacketWriter(plain);
        writer.Bytes(content.Key);
        writer.Bytes(content.Id.ToByteArray());
        WriteName(ref writer, audience);
        WriteName(ref writer, content.ClientId);
        writer.UInt16((ushort)content.UserData.Length);
        writer.Bytes(content.UserData);
        plain = writer.Written;

        var token = new byte[ClearSize + NonceSize + plain.Length + TagSize];
        token[0] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(token.AsSpan(1), keyId);
        BinaryPrimitives.WriteInt64LittleEndian(token.AsSpan(5), content.ExpiresAt);
        var nonce = token.AsSpan(ClearSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = Create(key);
        aes.Encrypt(nonce, plain, token.AsSpan(ClearSize + NonceSize, plain.Length), token.AsSpan(token.Length - TagSize), token.AsSpan(0, ClearSize));
        return token;
    }

    /// <summary>Opens a token; null when it was not sealed with the key, is expired, or is for another audience.</summary>
    internal static TokenContent? TryOpen(byte[] key, ReadOnlySpan<byte> token, string? audience, long nowSeconds)
    {
        var size = token.Length - ClearSize - NonceSize - TagSize;
        if (size < KeySize + 16 || token[0] != Version)
        {
            return null;
        }

        var expiresAt = BinaryPrimitives.ReadInt64LittleEndian(token[5..]);
        if (expiresAt < nowSeconds)
        {
            return null;
        }

        var plain = new byte[size];
        using var aes = Create(key);
        try
        {
            aes.Decrypt(token.Slice(ClearSize, NonceSize), token.Slice(ClearSize + NonceSize, size), token[^TagSize..], plain, token[..ClearSize]);
        }
        catch (CryptographicException)
        {
            return null;
        }

        var reader = new PacketReader(plain);
        var secret = reader.Bytes(KeySize).ToArray();
        var id = new Guid(reader.Bytes(16));
        var wanted = Encoding.UTF8.GetString(reader.Bytes(reader.Byte()));
        var clientId = Encoding.UTF8.GetString(reader.Bytes(reader.Byte()));
        var data = reader.Bytes(reader.UInt16()).ToArray();
        return reader.IsMalformed || (audience is not null && audience != wanted) ? null : new TokenContent(id, secret, expiresAt, clientId, data);
    }

    private static void WriteName(ref PacketWriter writer, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        writer.Byte((byte)bytes.Length);
        writer.Bytes(bytes);
    }

    private static AesGcm Create(byte[] key)
    {
#if NET8_0_OR_GREATER
        return new AesGcm(key, TagSize);
#else
        return new AesGcm(key);
#endif
    }
}
