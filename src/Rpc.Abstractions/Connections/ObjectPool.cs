namespace Rpc.Connections;

/// <summary>Objects that are used over and over: a few with each thread, the rest shared.</summary>
/// <remarks>Rent and return mostly happen on the same thread, one batch of completions after another, and then cost no synchronisation.</remarks>
internal static class ObjectPool<T>
    where T : class
{
    private const int PerThread = 64;
    private const int Shared = 4096;

    private static readonly Lock s_gate = new();
    private static readonly Stack<T?[]> s_full = new();
    private static readonly Stack<T?[]> s_empty = new();

    [ThreadStatic]
    private static T?[]? t_items;

    [ThreadStatic]
    private static int t_count;

    public static T? TryRent()
    {
        var items = t_items;
        if (items is null)
        {
            t_items = items = new T?[PerThread * 2];
        }

        if (t_count == 0 && !Refill(items))
        {
            return null;
        }

        ref var slot = ref items[--t_count];
        var item = slot;
        slot = null;
        return item;
    }

    public static void Return(T item)
    {
        var items = t_items ??= new T?[PerThread * 2];
        if (t_count == items.Length)
        {
            Spill(items);
        }

        items[t_count++] = item;
    }

    private static bool Refill(T?[] items)
    {
        lock (s_gate)
        {
            if (!s_full.TryPop(out var bundle))
            {
                return false;
            }

            bundle.CopyTo(items, 0);
            Array.Clear(bundle, 0, PerThread);
            s_empty.Push(bundle);
        }

        t_count = PerThread;
        return true;
    }

    private static void Spill(T?[] items)
    {
        lock (s_gate)
        {
            if (s_full.Count < Shared / PerThread)
            {
                var bundle = s_empty.TryPop(out var empty) ? empty : new T?[PerThread];
                Array.Copy(items, PerThread, bundle, 0, PerThread);
                s_full.Push(bundle);
            }
        }

        Array.Clear(items, PerThread, PerThread);
        t_count = PerThread;
    }
}
