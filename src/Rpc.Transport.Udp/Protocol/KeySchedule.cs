using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Derives every key of a connection from what the handshake agreed on.</summary>
internal static class KeySchedule
{
    private const int KeySize = 16;
    private const int IvSize = 12;
    private const int SecretSize = 32;

    private static ReadOnlySpan<byte> Label => "rpc udp 1 "u8;

    /// <summary>The secret of the connection.</summary>
    /// <param name="transcript">SHA-256 of what both sides have said.</param>
    /// <param name="presharedKey">The key of the connect token; empty without.</param>
    /// <param name="sharedSecret">SHA-256 of the ECDH secret; empty without.</param>
    internal static byte[] Master(byte[] transcript, ReadOnlySpan<byte> presharedKey, ReadOnlySpan<byte> sharedSecret)
    {
        var input = new byte[4 + presharedKey.Length + sharedSecret.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(input, (ushort)presharedKey.Length);
        presharedKey.CopyTo(input.AsSpan(2));
        BinaryPrimitives.WriteUInt16LittleEndian(input.AsSpan(2 + presharedKey.Length), (ushort)sharedSecret.Length);
        sharedSecret.CopyTo(input.AsSpan(4 + presharedKey.Length));
        return Hkdf.Extract(transcript, input);
    }

    /// <summary>What the server shows to prove that it has the same secret, and that its signature arrived as it was sent.</summary>
    internal static byte[] Confirmation(byte[] master, ReadOnlySpan<byte> signature)
    {
        using var hmac = new HMACSHA256(Derive(master, "confirm"u8, SecretSize));
        return hmac.ComputeHash(signature.ToArray())[..Packet.TagSize];
    }

    /// <summary>The secret of a direction.</summary>
    internal static byte[] Direction(byte[] master, bool fromClient) => Derive(master, fromClient ? "client"u8 : "server"u8, SecretSize);

    /// <summary>The secret of a direction after a change of keys.</summary>
    internal static byte[] Next(byte[] secret) => Derive(secret, "next"u8, SecretSize);

    internal static IPacketProtection Protect(CipherSuite suite, byte[] secret)
    {
        var key = Derive(secret, "key"u8, KeySize);
        var iv = Derive(secret, "iv"u8, IvSize);
        return suite == CipherSuite.AesGcm
            ? new AesGcmProtection(key, iv)
            : new AesCtrHmacProtection(key, iv, Derive(secret, "mac"u8, SecretSize));
    }

    private static byte[] Derive(byte[] secret, ReadOnlySpan<byte> name, int length)
    {
        Span<byte> info = stackalloc byte[Label.Length + name.Length];
        Label.CopyTo(info);
        name.CopyTo(info[Label.Length..]);
        return Hkdf.Expand(secret, info, length);
    }
}
