namespace Rpc.Transport.Conformance;

/// <summary>A long stream of known bytes, any part of which can be made or checked on its own.</summary>
public static class TestBytes
{
    /// <summary>The byte at a position: neighbours differ, and no short period repeats, so that a lost, doubled or moved block is noticed.</summary>
    public static byte At(long position) => (byte)((ulong)(position + 1) * 0x9E3779B97F4A7C15UL >> 56);

    /// <summary>Fills a span with the bytes from a position on.</summary>
    public static void Fill(Span<byte> span, long position)
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = At(position + i);
        }
    }

    /// <summary>Makes an array of the bytes from a position on.</summary>
    public static byte[] Make(int length, long position = 0)
    {
        var bytes = new byte[length];
        Fill(bytes, position);
        return bytes;
    }

    /// <summary>Where the span first differs from the bytes from a position on; -1 when it does not.</summary>
    public static int FirstDifference(ReadOnlySpan<byte> span, long position)
    {
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] != At(position + i))
            {
                return i;
            }
        }

        return -1;
    }
}
