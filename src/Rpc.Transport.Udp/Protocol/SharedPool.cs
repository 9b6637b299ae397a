namespace Rpc.Transport.Udp.Protocol;

/// <summary>Used-up objects of all connections, for those that need more than the few that they keep: a busy moment does not leave memory with each connection.
/// Thread safe.</summary>
internal static class SharedPool<T>
    where T : class, new()
{
    private const int MaxPooled = 4096;

    private static readonly Stack<T> s_pool = new();

    internal static T Rent()
    {
        lock (s_pool)
        {
            return s_pool.Count > 0 ? s_pool.Pop() : new T();
        }
    }

    internal static void Return(T item)
    {
        lock (s_pool)
        {
            if (s_pool.Count < MaxPooled)
            {
                s_pool.Push(item);
            }
        }
    }
}
