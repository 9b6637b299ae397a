using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>HKDF with SHA-256 (RFC 5869), which netstandard2.1 lacks.</summary>
internal static class Hkdf
{
    internal const int HashSize = 32;

    /// <summary>Section 2.2.</summary>
    internal static byte[] Extract(byte[] salt, byte[] inputKey)
    {
        using var hmac = new HMACSHA256(salt);
        return hmac.ComputeHash(inputKey);
    }

    /// <summary>Section 2.3.</summary>
    internal static byte[] Expand(byte[] key, ReadOnlySpan<byte> info, int length)
    {
        if (length is < 0 or > 255 * HashSize)
        {
            throw new ArgumentOutOfRangeException(nameof(length));
        }

        using var hmac = new HMACSHA256(key);
        var output = new byte[length];
        var block = Array.Empty<byte>();
        for (var (written, counter) = (0, 1); written < length; counter++)
        {
            var input = new byte[block.Length + info.Length + 1];
            block.CopyTo(input, 0);
            info.CopyTo(input.AsSpan(block.Length));
            input[^1] = (byte)counter;
            block = hmac.ComputeHash(input);
            var count = Math.Min(block.Length, length - written);
            block.AsSpan(0, count).CopyTo(output.AsSpan(written));
            written += count;
        }

        return output;
    }
}
