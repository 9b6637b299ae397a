namespace Rpc.Transport.Tcp.Polling;

/// <summary>Finds a socket by the number that comes with its events: slot, and generation of the slot, so that an event of a socket that is gone
/// does not go to the next one there. Adding and removing lock; finding does not.</summary>
/// <typeparam name="T">What the events go to.</typeparam>
internal sealed class PollTable<T>
    where T : PollTarget
{
    private readonly object _gate = new();
    private readonly Stack<int> _free = new();
    private T?[] _sockets = new T?[4];
    private uint[] _generations = new uint[4];
    private int _used;

    /// <summary>How many there are.</summary>
    internal int Count => Volatile.Read(ref _used) - _free.Count;

    /// <summary>Adds a socket.</summary>
    /// <returns>Its number.</returns>
    internal ulong Add(T socket)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var slot))
            {
                slot = _used;
                if (slot == _sockets.Length)
                {
                    Array.Resize(ref _generations, slot * 2);
                    var sockets = new T?[slot * 2];
                    Array.Copy(_sockets, sockets, slot);
                    Volatile.Write(ref _sockets, sockets);
                }

                _used++;
            }

            socket.Number = (uint)slot | ((ulong)++_generations[slot] << 32);
            Volatile.Write(ref _sockets[slot], socket);
            return socket.Number;
        }
    }

    /// <summary>Removes a socket.</summary>
    internal void Remove(T socket)
    {
        lock (_gate)
        {
            var slot = (int)(uint)socket.Number;
            if (_sockets[slot] == socket)
            {
                _sockets[slot] = null;
                _free.Push(slot);
            }
        }
    }

    /// <summary>Finds the socket of an event; null if it is gone.</summary>
    internal T? Find(ulong number)
    {
        var sockets = Volatile.Read(ref _sockets);
        var slot = (uint)number;
        return slot < (uint)sockets.Length && Volatile.Read(ref sockets[slot]) is { } socket && socket.Number == number ? socket : null;
    }
}
