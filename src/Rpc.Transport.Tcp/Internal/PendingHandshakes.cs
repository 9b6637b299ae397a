namespace Rpc.Transport.Tcp.Internal;

/// <summary>The handshakes under way, oldest first, bounded in number. Thread safe.</summary>
internal sealed class PendingHandshakes(int limit)
{
    private readonly object _gate = new();
    private readonly LinkedList<PendingHandshake> _pending = new();
    private readonly TaskCompletionSource<bool> _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _isClosed;

    /// <summary>Adds a handshake that is about to run. At the limit, the oldest is cut.</summary>
    /// <returns>The one that was cut, or null.</returns>
    internal PendingHandshake? Add(PendingHandshake handshake)
    {
        PendingHandshake? evicted = null;
        bool isClosed;
        lock (_gate)
        {
            _running++;
            isClosed = _isClosed;
            if (!isClosed)
            {
                if (_pending.Count >= limit)
                {
                    evicted = _pending.First!.Value;
                    _pending.RemoveFirst();
                }

                _pending.AddLast(handshake.Node);
            }
        }

        if (isClosed)
        {
            handshake.Cut();
        }

        evicted?.Cut();
        return evicted;
    }

    /// <summary>The handshake has succeeded: it is no longer cut for others.</summary>
    internal void Succeed(PendingHandshake handshake)
    {
        lock (_gate)
        {
            Unlink(handshake);
        }
    }

    /// <summary>All that was to be done about the handshake is done.</summary>
    internal void Remove(PendingHandshake handshake)
    {
        bool isNone;
        lock (_gate)
        {
            Unlink(handshake);
            isNone = --_running == 0 && _isClosed;
        }

        if (isNone)
        {
            _none.TrySetResult(true);
        }
    }

    /// <summary>Cuts all of them, and those that are still added.</summary>
    /// <returns>A task that ends when none is left.</returns>
    internal Task CutAllAsync()
    {
        PendingHandshake[] pending;
        bool isNone;
        lock (_gate)
        {
            _isClosed = true;
            pending = [.. _pending];
            _pending.Clear();
            isNone = _running == 0;
        }

        foreach (var handshake in pending)
        {
            handshake.Cut();
        }

        if (isNone)
        {
            _none.TrySetResult(true);
        }

        return _none.Task;
    }

    private void Unlink(PendingHandshake handshake)
    {
        if (handshake.Node.List is not null)
        {
            _pending.Remove(handshake.Node);
        }
    }
}
