using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>AES-128 in counter mode, then HMAC-SHA256 over packet number, header and ciphertext, cut to 16 bytes.</summary>
/// <remarks>The counter block: the 12-byte IV xor the packet number, then a 32-bit big-endian block counter from 0.</remarks>
internal sealed class AesCtrHmacProtection : IPacketProtection
{
    private readonly Aes _aes;
    private readonly ICryptoTransform _encryptor;
    private readonly IncrementalHash _hmac;
    private readonly byte[] _iv;
    private readonly byte[] _counters = new byte[(Packet.LargestSize / 16 * 16) + 16];
    private readonly byte[] _stream = new byte[(Packet.LargestSize / 16 * 16) + 16];

    internal AesCtrHmacProtection(byte[] key, byte[] iv, byte[] macKey)
    {
        _aes = Aes.Create();
#pragma warning disable CA5358 // Each block encrypted is a counter that never repeats; this is how counter mode is made.
        _aes.Mode = CipherMode.ECB;
#pragma warning restore CA5358
        _aes.Padding = PaddingMode.None;
        _aes.Key = key;
        _encryptor = _aes.CreateEncryptor();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        _iv = iv;
    }

    public void Seal(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, Span<byte> tag)
    {
        Apply(packetNumber, body);
        Span<byte> hash = stackalloc byte[Hkdf.HashSize];
        Authenticate(packetNumber, header, body, hash);
        hash[..Packet.TagSize].CopyTo(tag);
    }

    public bool TryOpen(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, ReadOnlySpan<byte> tag)
    {
        Span<byte> hash = stackalloc byte[Hkdf.HashSize];
        Authenticate(packetNumber, header, body, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash[..Packet.TagSize], tag))
        {
            return false;
        }

        Apply(packetNumber, body);
        return true;
    }

    public void Dispose()
    {
        _encryptor.Dispose();
        _aes.Dispose();
        _hmac.Dispose();
    }

    private void Authenticate(long packetNumber, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, Span<byte> hash)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, packetNumber);
        _hmac.AppendData(number);
        _hmac.AppendData(header);
        _hmac.AppendData(body);
        _hmac.TryGetHashAndReset(hash, out _);
    }

    private void Apply(long packetNumber, Span<byte> body)
    {
        var blocks = (body.Length + 15) / 16;
        for (var i = 0; i < blocks; i++)
        {
            var counter = _counters.AsSpan(i * 16, 16);
            _iv.CopyTo(counter);
            BinaryPrimitives.WriteInt64BigEndian(counter[4..], BinaryPrimitives.ReadInt64BigEndian(counter[4..]) ^ packetNumber);
            BinaryPrimitives.WriteInt32BigEndian(counter[12..], i);
        }

        if (blocks > 0)
        {
            _encryptor.TransformBlock(_counters, 0, blocks * 16, _stream, 0);
        }

        for (var i = 0; i < body.Length; i++)
        {
            body[i] ^= _stream[i];
        }
    }
}
