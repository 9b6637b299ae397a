using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Connections that are pushed to together. Thread safe.</summary>
/// <typeparam name="T">The contract that the members serve.</typeparam>
/// <remarks>A push is serialized once, whatever the number of members. A member that has gone or does not keep up disturbs no other: what it misses is chosen
/// with <see cref="RpcGroupOptions"/> and counted. A connection leaves by itself when it closes.</remarks>
public sealed partial class RpcGroup<T>
    where T : class
{
    private readonly object _gate = new();
    private readonly RpcContract<T> _contract = RpcContract<T>.Instance;
    private readonly RpcGroupOptions _options;
    private readonly RpcSlowMember[] _policies;
    private readonly GroupCounters _counters;

    // Guarded by the gate; what is made of it is read without.
    private readonly Dictionary<Connection, GroupMember> _memberships = [];
    private GroupMember[] _members = [];

    /// <summary>Creates a group without members, with the default options.</summary>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcGroup()
        : this(new RpcGroupOptions())
    {
    }

    /// <summary>Creates a group without members.</summary>
    /// <param name="options">How it treats slow members; not changed afterwards.</param>
    /// <exception cref="ArgumentException">The options name a method that <typeparamref name="T"/> does not have, or one that is not one-way.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The generator has not run for <typeparamref name="T"/>.</exception>
    public RpcGroup(RpcGroupOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        options.Validate();
        _policies = PoliciesOf(_contract, options);
        _counters = new GroupCounters(_contract.Name);
        All = Proxy(null);
    }

    /// <summary>How many members there are.</summary>
    public int Count => Snapshot.Length;

    /// <summary>The members, as of now.</summary>
    public IReadOnlyCollection<RpcConnection> Members => Array.ConvertAll(Snapshot, static member => (RpcConnection)member.Connection);

    internal GroupMember[] Snapshot => Volatile.Read(ref _members);

    internal GroupCounters Counters => _counters;

    /// <summary>Raised when the last member has left.</summary>
    internal event Action? Emptied;

    /// <summary>Adds a connection, until it leaves or closes.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False when it was a member.</returns>
    /// <exception cref="ArgumentException">The connection is not one of this framework's.</exception>
    public bool Add(RpcConnection connection)
    {
        var joining = connection as Connection ?? throw new ArgumentException("A group's members are connections of a server or client.", nameof(connection));
        var member = new GroupMember(joining, _options, _counters);
        lock (_gate)
        {
            if (!_memberships.TryAdd(joining, member))
            {
                return false;
            }

            Volatile.Write(ref _members, [.. _members, member]);
        }

        // Forgotten when the member leaves before: a connection that joins and leaves for ever collects nothing.
        joining.Closed.ContinueWith(
            static (_, state) =>
            {
                var (group, member) = ((RpcGroup<T>, GroupMember))state!;
                group.Remove(member);
            },
            (this, member),
            member.Left,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        UpdateLink();
        return true;
    }

    /// <summary>Removes a connection. What still waits for it, as it was slow, is dropped.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False when it was no member.</returns>
    public bool Remove(RpcConnection connection)
    {
        var member = default(GroupMember);
        lock (_gate)
        {
            if (connection is Connection known)
            {
                _memberships.TryGetValue(known, out member);
            }
        }

        return member is not null && Remove(member);
    }

    /// <summary>Whether a connection is a member.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(RpcConnection connection)
    {
        lock (_gate)
        {
            return connection is Connection known && _memberships.ContainsKey(known);
        }
    }

    private bool Remove(GroupMember member)
    {
        bool empty;
        lock (_gate)
        {
            // A connection that left and came again is another member.
            if (!_memberships.TryGetValue(member.Connection, out var current) || current != member)
            {
                return false;
            }

            _memberships.Remove(member.Connection);
            var index = Array.IndexOf(_members, member);
            var rest = new GroupMember[_members.Length - 1];
            Array.Copy(_members, rest, index);
            Array.Copy(_members, index + 1, rest, index, rest.Length - index);
            Volatile.Write(ref _members, rest);
            empty = rest.Length == 0;
        }

        member.Leave();
        if (empty)
        {
            UpdateLink();
            Emptied?.Invoke();
        }

        return true;
    }

    private static RpcSlowMember[] PoliciesOf(RpcContract<T> contract, RpcGroupOptions options)
    {
        var policies = new RpcSlowMember[contract.Methods.Count];
        Array.Fill(policies, options.SlowMember);
        foreach (var (name, policy) in options.Methods)
        {
            var method = contract.Methods.FirstOrDefault(method => method.Name == name)
                ?? throw new ArgumentException($"{contract.Name} has no method '{name}'. It has {string.Join(", ", contract.Methods.Select(static method => method.Name))}.", nameof(options));
            if (method.Kind != RpcMethodKind.OneWay)
            {
                throw new ArgumentException($"{method} is not one-way: it cannot be pushed.", nameof(options));
            }

            policies[method.Index] = policy;
        }

        return policies;
    }
}
