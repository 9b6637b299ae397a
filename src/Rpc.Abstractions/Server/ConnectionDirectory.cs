using System.Collections.Concurrent;
using Rpc.Connections;

namespace Rpc.Server;

/// <summary>The connections of one server, and who has which.</summary>
/// <remarks>Every change of a connection's user, and its coming and going, ends in <see cref="Index"/>, which reads under the lock what is so now: the last
/// to enter writes the last word, whatever the order of the changes.</remarks>
internal sealed class ConnectionDirectory : IRpcConnectionDirectory
{
    private readonly object _gate = new();
    private readonly ConcurrentDictionary<long, Connection> _connections;

    // Guarded by the gate: the connections of each user, and under which name a connection is there.
    private readonly Dictionary<string, SortedList<long, Connection>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<long, string> _names = [];
    private readonly Action<Connection> _index;

    public ConnectionDirectory(ConcurrentDictionary<long, Connection> connections)
    {
        _connections = connections;
        _index = Index;
    }

    public int Count => _connections.Count;

    public IReadOnlyCollection<RpcConnection> Connections => [.. _connections.Values];

    public void Add(Connection connection)
    {
        _connections.TryAdd(connection.Id, connection);
        connection.UserIdChanged += _index;
        Index(connection);
    }

    public void Remove(Connection connection)
    {
        connection.UserIdChanged -= _index;
        lock (_gate)
        {
            // Its user first: who is not counted any more is not found either.
            Forget(connection);
            _connections.TryRemove(connection.Id, out _);
        }
    }

    public RpcConnection? Find(long id) => _connections.TryGetValue(id, out var connection) ? connection : null;

    public IReadOnlyList<RpcConnection> FindUser(string userId)
    {
        if (userId is null)
        {
            throw new ArgumentNullException(nameof(userId));
        }

        lock (_gate)
        {
            return _users.TryGetValue(userId, out var connections) ? [.. connections.Values] : [];
        }
    }

    public async ValueTask<int> KickUserAsync(string userId, string message, CancellationToken cancellationToken = default)
    {
        if (message is null)
        {
            throw new ArgumentNullException(nameof(message));
        }

        var kicked = FindUser(userId).Where(connection => ((Connection)connection).Dismiss(RpcCloseReason.Kicked, message)).ToList();
        var ended = Task.WhenAll(kicked.Select(static connection => connection.Closed));
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.RegisterUnsafe(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            if (await Task.WhenAny(ended, cancelled.Task).ConfigureAwait(false) != ended)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        return kicked.Count;
    }

    private void Index(Connection connection)
    {
        lock (_gate)
        {
            Forget(connection);
            if (connection.UserId is not { } now || !_connections.ContainsKey(connection.Id))
            {
                return;
            }

            _names.Add(connection.Id, now);
            if (!_users.TryGetValue(now, out var connections))
            {
                _users.Add(now, connections = []);
            }

            connections.Add(connection.Id, connection);
        }
    }

    /// <summary>Takes a connection from the user it is indexed for. Under the gate.</summary>
    private void Forget(Connection connection)
    {
        if (_names.Remove(connection.Id, out var before) && _users.TryGetValue(before, out var left))
        {
            left.Remove(connection.Id);
            if (left.Count == 0)
            {
                _users.Remove(before);
            }
        }
    }
}
