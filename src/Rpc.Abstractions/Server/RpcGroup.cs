using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Connections that are pushed to together. Thread safe.</summary>
/// <typeparam name="T">The contract that the members serve.</typeparam>
/// <remarks>A push is serialized once, whatever the number of members. A member that has gone or does not read drops the push and disturbs no other;
/// <see cref="Dropped"/> counts. A connection leaves by itself when it closes.</remarks>
public sealed class RpcGroup<T>
    where T : class
{
    private readonly object _gate = new();
    private readonly RpcContract<T> _contract = RpcContract<T>.Instance;

    // Cancelled when the member leaves: a connection that joins and leaves for ever collects nothing. Guarded by the gate.
    private readonly Dictionary<Connection, CancellationTokenSource> _memberships = [];
    private Connection[] _members = [];
    private long _dropped;

    /// <summary>Creates a group without members.</summary>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcGroup() => All = _contract.CreateProxy(new GroupInvoker<T>(this, static (members, _) => members, null), null);

    /// <summary>How many members there are.</summary>
    public int Count => Snapshot.Length;

    /// <summary>The members, as of now.</summary>
    public IReadOnlyCollection<RpcConnection> Members => Snapshot;

    /// <summary>How many pushes did not reach a member's queue, as it was full or the member has gone.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Pushes to all members. Methods with a result or a stream throw <see cref="InvalidOperationException"/>.</summary>
    public T All { get; }

    internal Connection[] Snapshot => Volatile.Read(ref _members);

    /// <summary>Raised when the last member has left.</summary>
    internal event Action? Emptied;

    /// <summary>Adds a connection, until it leaves or closes.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False when it was a member.</returns>
    /// <exception cref="ArgumentException">The connection is not one of this framework's.</exception>
    public bool Add(RpcConnection connection)
    {
        var member = connection as Connection ?? throw new ArgumentException("A group's members are connections of a server or client.", nameof(connection));
        var membership = new CancellationTokenSource();
        lock (_gate)
        {
            if (!_memberships.TryAdd(member, membership))
            {
                return false;
            }

            Volatile.Write(ref _members, [.. _members, member]);
        }

        member.Closed.ContinueWith(
            static (_, state) =>
            {
                var (group, member) = ((RpcGroup<T>, Connection))state!;
                group.Remove(member);
            },
            (this, member),
            membership.Token,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return true;
    }

    /// <summary>Removes a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False when it was no member.</returns>
    public bool Remove(RpcConnection connection)
    {
        bool empty;
        CancellationTokenSource? membership;
        lock (_gate)
        {
            if (connection is not Connection member || !_memberships.Remove(member, out membership))
            {
                return false;
            }

            var index = Array.IndexOf(_members, member);
            var rest = new Connection[_members.Length - 1];
            Array.Copy(_members, rest, index);
            Array.Copy(_members, index + 1, rest, index, rest.Length - index);
            Volatile.Write(ref _members, rest);
            empty = rest.Length == 0;
        }

        membership.Cancel();
        if (empty)
        {
            Emptied?.Invoke();
        }

        return true;
    }

    /// <summary>Whether a connection is a member.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(RpcConnection connection) => Array.IndexOf(Snapshot, connection) >= 0;

    /// <summary>Pushes to all members but some.</summary>
    /// <param name="connections">The connections that are left out.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T Except(params RpcConnection[] connections) =>
        _contract.CreateProxy(new GroupInvoker<T>(this, static (members, others) => [.. members.Where(member => Array.IndexOf(others!, member) < 0)], connections), null);

    /// <summary>Pushes to some of the members.</summary>
    /// <param name="connections">The connections; those that are no members are left out.</param>
    /// <returns>A proxy that pushes to those who are members at each call.</returns>
    public T Only(params RpcConnection[] connections) =>
        _contract.CreateProxy(new GroupInvoker<T>(this, static (members, others) => [.. members.Where(member => Array.IndexOf(others!, member) >= 0)], connections), null);

    /// <summary>Waits until each member's queue has room: what a fast sender awaits between bursts. A member that does not read at all holds this up until
    /// its connection's send timeout ends it.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when there is room.</returns>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        foreach (var member in Snapshot)
        {
            try
            {
                await member.WaitForRoomAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException)
            {
                // It has gone, and leaves by itself.
            }
        }
    }

    internal void CountDropped() => Interlocked.Increment(ref _dropped);
}
