using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Makes and checks the cookies by which a client proves that it receives at its address, without remembering any. Not thread safe.</summary>
internal sealed class CookieJar : IDisposable
{
    internal const int Size = 24;

    /// <summary>How long a cookie is good (µs).</summary>
    internal const long Lifetime = 5_000_000;

    /// <summary>How long a secret makes cookies (µs); it checks them for as long again.</summary>
    private const long SecretLifetime = 60_000_000;

    private IncrementalHash _current = NewSecret();
    private IncrementalHash? _previous;
    private long _since = -1;

    /// <summary>Makes a cookie for an address and the random bytes of a Hello.</summary>
    internal void Make(ReadOnlySpan<byte> address, ReadOnlySpan<byte> random, long now, Span<byte> cookie)
    {
        Rotate(now);
        BinaryPrimitives.WriteInt64LittleEndian(cookie, now);
        Sign(_current, cookie[..8], address, random, cookie[8..Size]);
    }

    internal bool Check(ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> address, ReadOnlySpan<byte> random, long now)
    {
        var age = now - BinaryPrimitives.ReadInt64LittleEndian(cookie);
        return age is >= 0 and <= Lifetime
            && (IsSignedBy(_current, cookie, address, random) || (_previous is not null && IsSignedBy(_previous, cookie, address, random)));
    }

    public void Dispose()
    {
        _current.Dispose();
        _previous?.Dispose();
    }

    private static IncrementalHash NewSecret()
    {
        var secret = new byte[32];
        RandomNumberGenerator.Fill(secret);
        return IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
    }

    private static void Sign(IncrementalHash hmac, ReadOnlySpan<byte> time, ReadOnlySpan<byte> address, ReadOnlySpan<byte> random, Span<byte> signature)
    {
        hmac.AppendData(time);
        hmac.AppendData(address);
        hmac.AppendData(random);
        Span<byte> hash = stackalloc byte[32];
        hmac.TryGetHashAndReset(hash, out _);
        hash[..signature.Length].CopyTo(signature);
    }

    private static bool IsSignedBy(IncrementalHash hmac, ReadOnlySpan<byte> cookie, ReadOnlySpan<byte> address, ReadOnlySpan<byte> random)
    {
        Span<byte> expected = stackalloc byte[16];
        Sign(hmac, cookie[..8], address, random, expected);
        return CryptographicOperations.FixedTimeEquals(expected, cookie[8..Size]);
    }

    private void Rotate(long now)
    {
        if (_since < 0)
        {
            _since = now;
        }
        else if (now - _since >= SecretLifetime)
        {
            _previous?.Dispose();
            (_previous, _current, _since) = (_current, NewSecret(), now);
        }
    }
}
