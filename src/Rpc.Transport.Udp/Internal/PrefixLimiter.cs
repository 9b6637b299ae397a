using System.Security.Cryptography;

namespace Rpc.Transport.Udp.Internal;

/// <summary>Limits new connections by where they come from, in memory that does not grow: prefixes whose keyed hashes meet share a limit. Not thread safe.</summary>
internal sealed class PrefixLimiter
{
    private const int Size = 4096;

    private readonly TokenBucket[] _buckets = new TokenBucket[Size];
    private readonly uint _seed;

    internal PrefixLimiter(double perSecond, double burst)
    {
        Array.Fill(_buckets, new TokenBucket(perSecond, burst));
        Span<byte> seed = stackalloc byte[4];
        RandomNumberGenerator.Fill(seed);
        _seed = BitConverter.ToUInt32(seed);
    }

    internal bool TryTake(ReadOnlySpan<byte> prefix, long now)
    {
        // FNV-1a from a random start: addresses that meet cannot be computed from outside.
        var hash = _seed ^ 2166136261;
        foreach (var value in prefix)
        {
            hash = (hash ^ value) * 16777619;
        }

        hash ^= hash >> 15;
        return _buckets[hash % Size].TryTake(now);
    }
}
