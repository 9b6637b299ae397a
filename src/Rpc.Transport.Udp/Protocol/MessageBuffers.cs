using System.Buffers;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Arrays for messages, to be used again: the platform's pool keeps 32 of a size for each processor, and hundreds of small ones are on their way at once. Thread safe.</summary>
internal static class MessageBuffers
{
    /// <summary>The longest array of this pool; longer ones are the platform's.</summary>
    internal const int MaxSize = 2048;

    /// <summary>Bytes of the arrays of a size that are kept.</summary>
    internal const int MaxPooled = 1024 * 1024;

    private const int LeastShift = 6;

    private static readonly Stack<byte[]>[] s_pools = CreatePools();

    /// <summary>Gives an array of at least so many bytes.</summary>
    internal static byte[] Rent(int length)
    {
        if (length > MaxSize)
        {
            return ArrayPool<byte>.Shared.Rent(length);
        }

        var index = IndexOf(length);
        var pool = s_pools[index];
        lock (pool)
        {
            if (pool.Count > 0)
            {
                return pool.Pop();
            }
        }

        return new byte[1 << (index + LeastShift)];
    }

    /// <summary>Takes an array back that <see cref="Rent"/> gave.</summary>
    internal static void Return(byte[] buffer)
    {
        if (buffer.Length > MaxSize)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return;
        }

        var pool = s_pools[IndexOf(buffer.Length)];
        lock (pool)
        {
            if (pool.Count < MaxPooled / buffer.Length)
            {
                pool.Push(buffer);
            }
        }
    }

    // The least power of two that is long enough.
    private static int IndexOf(int length)
    {
        var index = 0;
        while (length > 1 << (index + LeastShift))
        {
            index++;
        }

        return index;
    }

    private static Stack<byte[]>[] CreatePools()
    {
        var pools = new Stack<byte[]>[IndexOf(MaxSize) + 1];
        for (var i = 0; i < pools.Length; i++)
        {
            pools[i] = new Stack<byte[]>();
        }

        return pools;
    }
}
