namespace Rpc.Transport.Udp.Protocol;

/// <summary>Bytes of received messages that the connections of a server may hold together. Thread safe.</summary>
internal sealed class MemoryBudget(long limit)
{
    private long _used;

    internal long Used => Volatile.Read(ref _used);

    /// <summary>Whether nothing more is to be taken in: packets are dropped unacknowledged until the application has received.</summary>
    internal bool IsExhausted => Volatile.Read(ref _used) >= limit;

    internal void Charge(long bytes) => Interlocked.Add(ref _used, bytes);

    internal void Release(long bytes) => Interlocked.Add(ref _used, -bytes);
}
