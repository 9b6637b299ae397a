using System.Net.Sockets;

namespace Rpc.Transports.WebSockets.Internal;

/// <summary>The connections of a listener that are not upgraded yet, oldest first, bounded in number. Thread safe.</summary>
/// <remarks>The bound cuts the oldest rather than refusing the newest: an honest client completes its handshake within a few round trips,
/// so under a flood the oldest are the ones that never will.</remarks>
internal sealed class PendingHandshakes(int limit)
{
    private readonly LinkedList<Socket> _sockets = new();

    // Handshakes that still run, those that were cut among them; Empty ends when the last is over and no further one will start.
    private readonly TaskCompletionSource<bool> _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _closed;

    /// <summary>Ends after <see cref="Close"/>, when the last handshake is over.</summary>
    public Task Empty => _empty.Task;

    public int Count
    {
        get
        {
            lock (_sockets)
            {
                return _sockets.Count;
            }
        }
    }

    /// <summary>Adds a connection, which cuts the oldest when there are too many.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="cutOldest">Whether the oldest was cut.</param>
    /// <returns>What <see cref="End"/> takes, or null when no more are taken.</returns>
    public LinkedListNode<Socket>? TryAdd(Socket socket, out bool cutOldest)
    {
        Socket? cut = null;
        LinkedListNode<Socket> node;
        lock (_sockets)
        {
            cutOldest = false;
            if (_closed)
            {
                return null;
            }

            if (_sockets.Count == limit)
            {
                cut = _sockets.First!.Value;
                cutOldest = true;
                _sockets.RemoveFirst();
            }

            node = _sockets.AddLast(socket);
            _running++;
        }

        cut?.Dispose();
        return node;
    }

    /// <summary>Says that a handshake is over, whichever way.</summary>
    public void End(LinkedListNode<Socket> node)
    {
        lock (_sockets)
        {
            if (node.List is not null)
            {
                _sockets.Remove(node);
            }

            _running--;
            SignalIfEmpty();
        }
    }

    /// <summary>Cuts all and takes no more.</summary>
    public void Close()
    {
        Socket[] cut;
        lock (_sockets)
        {
            _closed = true;
            cut = [.. _sockets];
            _sockets.Clear();
            SignalIfEmpty();
        }

        foreach (var socket in cut)
        {
            socket.Dispose();
        }
    }

    private void SignalIfEmpty()
    {
        if (_closed && _running == 0)
        {
            _empty.TrySetResult(true);
        }
    }
}
