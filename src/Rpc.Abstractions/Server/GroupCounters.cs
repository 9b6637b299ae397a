using Rpc.Diagnostics;

namespace Rpc.Server;

/// <summary>What a group counts about its slow members, for itself and for the meters. Thread safe; not touched for members that keep up.</summary>
internal sealed class GroupCounters
{
    private readonly KeyValuePair<string, object?> _tag;
    private long _dropped;
    private long _replaced;
    private long _disconnected;
    private int _waiting;
    private int _backlog;

    public GroupCounters(string contract) => _tag = new KeyValuePair<string, object?>("rpc.service", contract);

    public long Dropped => Volatile.Read(ref _dropped);

    public long Replaced => Volatile.Read(ref _replaced);

    public long Disconnected => Volatile.Read(ref _disconnected);

    public int Waiting => Volatile.Read(ref _waiting);

    public int Backlog => Volatile.Read(ref _backlog);

    public void AddDropped()
    {
        Interlocked.Increment(ref _dropped);
        GroupMeters.Dropped.Add(1, _tag);
    }

    public void AddReplaced()
    {
        Interlocked.Increment(ref _replaced);
        GroupMeters.Replaced.Add(1, _tag);
    }

    public void AddDisconnected()
    {
        Interlocked.Increment(ref _disconnected);
        GroupMeters.Disconnected.Add(1, _tag);
    }

    public void AddWaiting(int change)
    {
        Interlocked.Add(ref _waiting, change);
        GroupMeters.Waiting.Add(change, _tag);
    }

    public void AddBacklog(int change)
    {
        Interlocked.Add(ref _backlog, change);
        GroupMeters.Backlog.Add(change, _tag);
    }
}
