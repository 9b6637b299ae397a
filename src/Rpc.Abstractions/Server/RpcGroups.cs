namespace Rpc.Server;

/// <summary>Groups by name: made when they are first asked for, dropped when the last member has left. Thread safe.</summary>
public sealed class RpcGroups
{
    private readonly object _gate = new();
    private readonly Dictionary<(Type Contract, string Name), object> _groups = [];

    /// <summary>How many groups have members, or were just asked for.</summary>
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
            if (_groups.TryGetValue((typeof(T), name), out var existing))
            {
                return (RpcGroup<T>)existing;
            }

            var group = new RpcGroup<T>();
            group.Emptied += () => Drop(group, name);
            _groups.Add((typeof(T), name), group);
            return group;
        }
    }

    private void Drop<T>(RpcGroup<T> group, string name)
        where T : class
    {
        lock (_gate)
        {
            if (group.Count == 0 && _groups.TryGetValue((typeof(T), name), out var current) && ReferenceEquals(current, group))
            {
                _groups.Remove((typeof(T), name));
            }
        }
    }
}
