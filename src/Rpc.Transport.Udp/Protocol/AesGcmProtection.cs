using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>AES-128-GCM.</summary>
internal sealed class AesGcmProtection : IPacketProtection
{
    private readonly AesGcm _aes;
    private readonly byte[] _iv;

    internal AesGcmProtection(byte[] key, byte[] iv)
    {
#if NET8_0_OR_GREATER
        _aes = new AesGcm(key, Packet.TagSize);
#else
        _aes = new AesGcm(key);
#endif
        _iv = iv;
    }

    /// <summary>Whether the platform has it; Mono and some others do not.</summary>
    internal static bool IsSupported { get; } = Probe();

    public void Seal(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[12];
        MakeNonce(packetNumber, nonce);
        _aes.Encrypt(nonce, body, body, tag, header);
    }

    public bool TryOpen(long packetNumber, ReadOnlySpan<byte> header, Span<byte> body, ReadOnlySpan<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[12];
        MakeNonce(packetNumber, nonce);
        try
        {
            _aes.Decrypt(nonce, body, tag, body, header);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public void Dispose() => _aes.Dispose();

    private static bool Probe()
    {
#if NET8_0_OR_GREATER
        return AesGcm.IsSupported;
#else
        try
        {
            using var aes = new AesGcm(new byte[16]);
            return true;
        }
        catch (Exception exception) when (exception is PlatformNotSupportedException or TypeInitializationException or CryptographicException)
        {
            return false;
        }
#endif
    }

    // As in TLS 1.3: RFC 8446, section 5.3.
    private void MakeNonce(long packetNumber, Span<byte> nonce)
    {
        _iv.CopyTo(nonce);
        var low = nonce[4..];
        BinaryPrimitives.WriteInt64BigEndian(low, BinaryPrimitives.ReadInt64BigEndian(low) ^ packetNumber);
    }
}
