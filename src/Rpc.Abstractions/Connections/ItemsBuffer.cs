using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>Received items of one stream, still as bytes, until somebody reads them. Bounded by the window granted to the sender.</summary>
internal sealed class ItemsBuffer : IItemsTarget
{
    private readonly Lock _gate = new();
    private readonly Queue<FramePayload> _chunks = new();
    private readonly Drain _drain;
    private readonly int _window;

    // Guarded by _gate.
    private long _credit;
    private uint _position;
    private int _consumed;
    private bool _ended;
    private bool _peerEnded;
    private bool _closed;
    private Exception? _fault;
    private Work? _waiting;

    public ItemsBuffer(Drain drain, int window)
    {
        _drain = drain;
        _window = window;
        _credit = window;
    }

    /// <summary>Takes a frame of items, on the reader's thread.</summary>
    /// <exception cref="ProtocolException">The sender had no credit.</exception>
    public void Add(FramePayload payload)
    {
        lock (_gate)
        {
            if (_credit <= 0)
            {
                payload.Release();
                throw new ProtocolException("A stream was sent beyond the window granted.");
            }

            _credit -= payload.Length;
            if (_closed || _ended || payload.Length == 0)
            {
                payload.Release();
                return;
            }

            _chunks.Enqueue(Keep(payload));
            Wake();
        }
    }

    /// <summary>Takes an item that replaces those that were not read, on the reader's thread. One that came after a newer one is dropped.</summary>
    /// <param name="position">Bytes of items that the sender has sent before, modulo 2^32.</param>
    /// <param name="payload">The item.</param>
    /// <returns>The bytes to grant to the sender now, or 0.</returns>
    /// <exception cref="ProtocolException">The sender had no credit.</exception>
    public int AddNewest(uint position, FramePayload payload)
    {
        lock (_gate)
        {
            var lost = unchecked((int)(position - _position));
            if (lost < 0)
            {
                // When the newer one came, this one was taken for lost.
                payload.Release();
                return 0;
            }

            if (_credit - lost <= 0)
            {
                payload.Release();
                throw new ProtocolException("A stream was sent beyond the window granted.");
            }

            _position = unchecked(position + (uint)payload.Length);
            _credit -= lost + payload.Length;
            _consumed += lost;
            if (_closed || _ended || payload.Length == 0)
            {
                payload.Release();
                return 0;
            }

            while (_chunks.Count > 0)
            {
                var older = _chunks.Dequeue();
                _consumed += older.Length;
                older.Release();
            }

            _chunks.Enqueue(Keep(payload));
            Wake();
            return TakeGrant();
        }
    }

    /// <summary>No more items will come; what is here is still read first.</summary>
    public void End(Exception? fault)
    {
        lock (_gate)
        {
            _peerEnded = true;
            if (_ended)
            {
                return;
            }

            _ended = true;
            _fault = fault;
            Wake();
        }
    }

    /// <summary>The call failed on this side; what is here is still read first.</summary>
    public void Fail(Exception fault)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _ended = true;
                _fault = fault;
                Wake();
            }
        }
    }

    /// <summary>Ends the stream for its reader at once: what was not read is dropped.</summary>
    public void Cancel(Exception fault)
    {
        lock (_gate)
        {
            _ended = true;
            _fault = fault;
            Drop();
            Wake();
        }
    }

    /// <summary>The reader is gone; true when the sender does not know that the stream is over.</summary>
    public bool Close()
    {
        lock (_gate)
        {
            _closed = true;
            Drop();
            return !_peerEnded;
        }
    }

    /// <summary>Takes the next frame of items.</summary>
    /// <param name="waiter">What to run when there is something, if there is nothing now.</param>
    /// <param name="chunk">The items.</param>
    /// <param name="fault">How the stream ended.</param>
    /// <returns>1 with items, 0 when <paramref name="waiter"/> will be run, -1 at the end.</returns>
    public int TryTake(Work waiter, out FramePayload chunk, out Exception? fault)
    {
        lock (_gate)
        {
            fault = null;
            if (_chunks.Count > 0)
            {
                chunk = _chunks.Dequeue();
                return 1;
            }

            chunk = default;
            if (_ended)
            {
                fault = _fault;
                return -1;
            }

            _waiting = waiter;
            return 0;
        }
    }

    /// <summary>Accounts for bytes that were read.</summary>
    /// <returns>The bytes to grant to the sender now, or 0.</returns>
    public int Consume(int bytes)
    {
        lock (_gate)
        {
            _consumed += bytes;
            return TakeGrant();
        }
    }

    // Under the lock.
    private int TakeGrant()
    {
        if (_ended || _consumed < _window / 2)
        {
            return 0;
        }

        var grant = _consumed;
        _credit += grant;
        _consumed = 0;
        return grant;
    }

    private static FramePayload Keep(FramePayload payload)
    {
        if (!payload.IsSmallPartOfBlock)
        {
            return payload;
        }

        // A few bytes that nobody may read for long must not hold on to a block of 64 KB.
        var block = ReceiveBlock.Rent(payload.Length);
        payload.Span.CopyTo(block.Array);
        var kept = new FramePayload(block, 0, payload.Length);
        payload.Release();
        return kept;
    }

    private void Wake()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            _drain.Post(waiting, 0, 0);
        }
    }

    private void Drop()
    {
        while (_chunks.Count > 0)
        {
            _chunks.Dequeue().Release();
        }
    }
}
