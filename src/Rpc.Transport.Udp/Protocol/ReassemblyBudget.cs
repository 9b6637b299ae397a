namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of unfinished messages that the connections of a server may hold together. Thread safe.</summary>
/// <remarks>A quarter is kept for turns: each lets a connection finish its oldest message whatever the others hold. Else many connections that all have begun a message
/// could leave no room for any of them to end.</remarks>
/// <param name="limit">The bytes.</param>
/// <param name="turnSize">Bytes of a turn.</param>
internal sealed class ReassemblyBudget(long limit, long turnSize)
{
    private readonly long _ordinary = limit - (Turns(limit, turnSize) * turnSize);
    private long _turns = Turns(limit, turnSize);
    private long _used;

    internal long Used => Volatile.Read(ref _used);

    internal static ReassemblyBudget Unlimited { get; } = new(long.MaxValue, 1L << 32);

    internal bool TryCharge(long bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= _ordinary)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    internal void Release(long bytes) => Interlocked.Add(ref _used, -bytes);

    internal bool TryTakeTurn()
    {
        if (Interlocked.Decrement(ref _turns) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _turns);
        return false;
    }

    internal void ReturnTurn() => Interlocked.Increment(ref _turns);

    private static long Turns(long limit, long turnSize) => Math.Max(1, limit / 4 / turnSize);
}
