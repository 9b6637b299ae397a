namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of unfinished messages that the connections of a server may hold together. Thread safe.</summary>
/// <remarks>A part is kept for turns: each lets a connection finish its oldest message whatever the others hold. Where three quarters of the bytes are enough, every connection has
/// one of its own, and nobody can shut out another. Else a quarter is kept; then who does not finish his message in time ends when somebody waits for a turn.</remarks>
/// <param name="limit">The bytes.</param>
/// <param name="turnSize">Bytes of a turn.</param>
/// <param name="connections">How many connections there may be.</param>
internal sealed class ReassemblyBudget(long limit, long turnSize, long connections)
{
    /// <summary>For so long after it was refused a turn (µs), a connection is taken to wait for one: it tries again each second at least.</summary>
    private const long WishTime = 3_000_000;

    private const long Never = long.MinValue / 2;

    private readonly long _ordinary = limit - (Turns(limit, turnSize, connections) * turnSize);
    private long _turns = Turns(limit, turnSize, connections);
    private long _used;
    private long _wantedAt = Never;

    internal long Used => Volatile.Read(ref _used);

    internal static ReassemblyBudget Unlimited { get; } = new(long.MaxValue, 1L << 32, 1);

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

    internal bool TryTakeTurn(long now)
    {
        if (Interlocked.Decrement(ref _turns) >= 0)
        {
            return true;
        }

        Interlocked.Increment(ref _turns);
        Volatile.Write(ref _wantedAt, now);
        return false;
    }

    internal void ReturnTurn() => Interlocked.Increment(ref _turns);

    /// <summary>Whether a turn was refused lately, and since this was last answered so: one turn is to be given up for it.</summary>
    internal bool TakeWish(long now) => now - Volatile.Read(ref _wantedAt) <= WishTime && Interlocked.Exchange(ref _wantedAt, Never) != Never;

    private static long Turns(long limit, long turnSize, long connections) =>
        connections <= limit / 4 * 3 / turnSize ? connections : Math.Max(1, limit / 4 / turnSize);
}
