namespace Rpc.Transport.Udp.Protocol;

/// <summary>Packet numbers are 62-bit and never repeat; only their lowest 16 or 32 bits travel.</summary>
internal static class PacketNumber
{
    /// <summary>More packets than this between the oldest in flight and the next ask for 32 bits: a quarter of what 16 bits tell apart.</summary>
    internal const int ShortRange = 1 << 14;

    /// <summary>The number nearest to the one expected that ends with these bits: RFC 9000, appendix A.3.</summary>
    /// <param name="expected">One more than the largest number received.</param>
    /// <param name="truncated">The bits that travelled.</param>
    /// <param name="bits">How many: 16 or 32.</param>
    internal static long Expand(long expected, uint truncated, int bits)
    {
        var window = 1L << bits;
        var half = window / 2;
        var candidate = (expected & ~(window - 1)) | truncated;
        if (candidate <= expected - half && candidate < (1L << 62) - window)
        {
            return candidate + window;
        }

        return candidate > expected + half && candidate >= window ? candidate - window : candidate;
    }
}
