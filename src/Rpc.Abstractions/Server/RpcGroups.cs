using Rpc.Connections;

namespace Rpc.Server;

/// <summary>Groups by name: made when they are first asked for, dropped when the last member has left. Thread safe.</summary>
public sealed class RpcGroups
{
    private const int LeastSweep = 64;

    private readonly object _gate = new();

    // Weak: a group with members is held by their connections, and one that was only asked for goes with whoever asked.
    private readonly Dictionary<(Type Contract, string Name), WeakReference> _groups = [];
    private readonly Dictionary<Type, RpcGroupOptions> _options = [];
    private readonly IRpcBackplane? _backplane;
    private readonly Guid _node = Guid.NewGuid();
    private int _sweepAt = LeastSweep;

    /// <summary>Creates groups of this process alone.</summary>
    public RpcGroups()
    {
    }

    /// <summary>Creates groups that are shared with other servers: a push to a name reaches the members of that name on all of them.</summary>
    /// <param name="backplane">Carries the pushes; stays the caller's.</param>
    public RpcGroups(IRpcBackplane backplane) => _backplane = backplane ?? throw new ArgumentNullException(nameof(backplane));

    /// <summary>How many groups have members, or were asked for not long ago.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _groups.Count;
            }
        }
    }

    /// <summary>Chooses how the groups of a contract that are made from now on treat slow members.</summary>
    /// <typeparam name="T">The contract that the members serve.</typeparam>
    /// <param name="options">The options; not changed afterwards.</param>
    /// <exception cref="ArgumentException">The options name a method that <typeparamref name="T"/> does not have, or one that is not one-way.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Configure<T>(RpcGroupOptions options)
        where T : class
    {
        // The first group says what is wrong with the options.
        _ = new RpcGroup<T>(options);
        lock (_gate)
        {
            _options[typeof(T)] = options;
        }
    }

    /// <summary>Joins a connection to a group.</summary>
    /// <typeparam name="T">The contract that the members serve.</typeparam>
    /// <param name="name">The group's name.</param>
    /// <param name="connection">The connection; it leaves by itself when it closes.</param>
    /// <returns>The group.</returns>
    public RpcGroup<T> Join<T>(string name, RpcConnection connection)
        where T : class
    {
        while (true)
        {
            var group = Get<T>(name);
            group.Add(connection);

            // It may have been dropped, empty, between the look and the join.
            if (ReferenceEquals(group, Get<T>(name)))
            {
                return group;
            }

            group.Remove(connection);
        }
    }

    /// <summary>The group of a name. Join with <see cref="Join"/>: a group without members may be dropped at any time.</summary>
    /// <typeparam name="T">The contract that the members serve.</typeparam>
    /// <param name="name">The group's name.</param>
    /// <returns>The group.</returns>
    public RpcGroup<T> Get<T>(string name)
        where T : class
    {
        if (name is null)
        {
            throw new ArgumentNullException(nameof(name));
        }

        lock (_gate)
        {
            if (_groups.TryGetValue((typeof(T), name), out var existing) && existing.Target is RpcGroup<T> known)
            {
                return known;
            }

            Sweep();
            var link = _backplane is null ? null : new GroupLink(_backplane, _node, RpcContract<T>.Instance.Name + "/" + name);
            var group = new RpcGroup<T>(_options.TryGetValue(typeof(T), out var options) ? options : new RpcGroupOptions(), link);
            group.Emptied += () => Drop(group, name);
            _groups[(typeof(T), name)] = new WeakReference(group);
            return group;
        }
    }

    private void Drop<T>(RpcGroup<T> group, string name)
        where T : class
    {
        lock (_gate)
        {
            if (group.Count == 0 && _groups.TryGetValue((typeof(T), name), out var current) && ReferenceEquals(current.Target, group))
            {
                _groups.Remove((typeof(T), name));
            }
        }
    }

    /// <summary>Forgets names whose groups are gone, when there are twice as many as the last time. Under the gate.</summary>
    private void Sweep()
    {
        if (_groups.Count < _sweepAt)
        {
            return;
        }

        foreach (var name in _groups.Where(static entry => !entry.Value.IsAlive).Select(static entry => entry.Key).ToList())
        {
            _groups.Remove(name);
        }

        _sweepAt = Math.Max(LeastSweep, _groups.Count * 2);
    }
}
