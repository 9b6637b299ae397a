using System.Collections.Concurrent;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Upgraded connections that wait for the server to take them, bounded in number. Thread safe, with one taker at a time.</summary>
#pragma warning disable CA1001 // A semaphore holds something to dispose of only once its wait handle is used, and a taker may come after the end.
internal sealed class AcceptQueue(int capacity)
#pragma warning restore CA1001
{
    private readonly ConcurrentQueue<UpgradedConnection> _connections = new();
    private readonly SemaphoreSlim _room = new(capacity);

    // One count a connection, and one that stays from completion on.
    private readonly SemaphoreSlim _available = new(0);
    private volatile bool _completed;
    private Exception? _failure;

    /// <summary>Reserves room for one connection if there is any.</summary>
    public bool TryReserve() => _room.Wait(0);

    /// <summary>Waits for room for one connection: then either <see cref="Add"/> it or <see cref="GiveUp"/> the room.</summary>
    public Task ReserveAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>Gives reserved room up.</summary>
    public void GiveUp() => _room.Release();

    /// <summary>Adds a connection for which room was reserved.</summary>
    public void Add(UpgradedConnection connection)
    {
        _connections.Enqueue(connection);
        _available.Release();
    }

    /// <summary>Takes the oldest connection.</summary>
    /// <returns>The connection, or null when the queue is empty and completed.</returns>
    public async ValueTask<UpgradedConnection?> TakeAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_connections.TryDequeue(out var connection))
        {
            _room.Release();
            return connection;
        }

        _available.Release();
        return _failure is null ? null : throw _failure;
    }

    /// <summary>Takes a connection if there is one.</summary>
    public UpgradedConnection? TryTake() => _connections.TryDequeue(out var connection) ? connection : null;

    /// <summary>Says that no more will be added; those that were can still be taken.</summary>
    /// <param name="failure">What a taker that finds none gets; null for the ordinary end.</param>
    public void Complete(Exception? failure = null)
    {
        if (_completed)
        {
            return;
        }

        _failure = failure;
        _completed = true;
        _available.Release();
    }
}
