namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The connections of a listener that are not upgraded yet, oldest first, bounded in number. Thread safe.</summary>
/// <remarks>The bound cuts the oldest rather than refusing the newest: an honest client completes its handshake within a few round trips,
/// so under a flood the oldest are the ones that never will.</remarks>
internal sealed class PendingHandshakes(int limit)
{
    private readonly LinkedList<PendingHandshake> _handshakes = new();

    // Ends when the last handshake is over, those that were cut among them, and no further one will start.
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_handshakes)
            {
                return _handshakes.Count;
            }
        }
    }

    /// <summary>Adds a handshake, which cuts the oldest when there are too many.</summary>
    /// <param name="handshake">The handshake.</param>
    /// <param name="cutOldest">Whether the oldest was cut.</param>
    /// <returns>False when no more are taken.</returns>
    public bool TryAdd(PendingHandshake handshake, out bool cutOldest)
    {
        PendingHandshake? oldest = null;
        lock (_handshakes)
        {
            if (_closed)
            {
                cutOldest = false;
                return false;
            }

            if (_handshakes.Count == limit)
            {
                oldest = _handshakes.First!.Value;
                _handshakes.RemoveFirst();
            }

            _handshakes.AddLast(handshake.Node);
            _running++;
        }

        oldest?.Cut();
        cutOldest = oldest is not null;
        return true;
    }

    /// <summary>Says that a handshake is over, whichever way.</summary>
    public void End(PendingHandshake handshake)
    {
        lock (_handshakes)
        {
            if (handshake.Node.List is not null)
            {
                _handshakes.Remove(handshake.Node);
            }

            _running--;
            SignalIfEmpty();
        }
    }

    /// <summary>Cuts all and takes no more.</summary>
    /// <returns>A task that ends when all are over.</returns>
    public Task CloseAsync()
    {
        PendingHandshake[] cut;
        lock (_handshakes)
        {
            _closed = true;
            cut = [.. _handshakes];
            _handshakes.Clear();
            SignalIfEmpty();
        }

        foreach (var handshake in cut)
        {
            handshake.Cut();
        }

        return _empty.Task;
    }

    private void SignalIfEmpty()
    {
        if (_closed && _running == 0)
        {
            _empty.TrySetResult(true);
        }
    }
}
