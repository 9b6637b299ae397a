namespace Rpc.Connections;

/// <summary>The frames of a byte stream that travel in pieces: those that are under way take turns, the others wait until the peer has room for them and their lane is free.</summary>
/// <remarks>
/// A lane keeps its order: at most one frame of it is under way, the one that was added first. Frames of low priority go one at a time, when no other can.
/// Not thread safe: the sender's lock guards it.
/// </remarks>
internal sealed class TransferQueue
{
    private readonly TransferBudget _budget;
    private readonly List<Transfer> _waiting = [];
    private readonly List<Transfer> _begun = [];
    private ushort _nextId;
    private int _turn;

    // Whether one that waits may have become able to begin: they are not all looked at before every piece.
    private bool _isLookDue;

    // Whether a frame waits for room in the budget that one of low priority may hold.
    private bool _isHeldUp;

    /// <param name="limit">How many bytes of incomplete frames the peer takes.</param>
    public TransferQueue(long limit) => _budget = new TransferBudget(limit);

    public bool IsEmpty => _waiting.Count == 0 && _begun.Count == 0;

    /// <summary>The frames of which nothing has been sent.</summary>
    public IReadOnlyList<Transfer> Waiting => _waiting;

    public void Add(Transfer transfer)
    {
        _waiting.Add(transfer);
        _isLookDue = true;
    }

    /// <summary>Whether a frame of the lane is there: what follows in the lane must not overtake it.</summary>
    public bool Holds(uint lane) => IsTaken(lane, _waiting.Count);

    /// <summary>The frame whose next piece is to be sent.</summary>
    /// <param name="low">Whether nothing goes before a frame of low priority now.</param>
    public Transfer? Next(bool low)
    {
        if (_isLookDue && BeginNormal() is { } transfer)
        {
            return transfer;
        }

        for (var i = 1; i <= _begun.Count; i++)
        {
            var index = (_turn + i) % _begun.Count;
            if (!_begun[index].Low)
            {
                _turn = index;
                return _begun[index];
            }
        }

        if (!low && !_isHeldUp)
        {
            return null;
        }

        // The first that waits is of low priority as well, or it would have been begun: alone, it has room.
        return _begun.Count > 0 ? _begun[0] : _waiting.Count > 0 && _budget.TryBegin(_waiting[0].Total, isFirst: true) ? Begin(0) : null;
    }

    /// <summary>The last piece of a frame has been sent.</summary>
    public void End(Transfer transfer)
    {
        _begun.Remove(transfer);
        _budget.End(transfer.Total);
        _isLookDue = true;
    }

    public void Clear()
    {
        foreach (var transfer in _begun)
        {
            _budget.End(transfer.Total);
        }

        _begun.Clear();
        _waiting.Clear();
    }

    private Transfer? BeginNormal()
    {
        var isFirst = true;
        for (var i = 0; i < _waiting.Count; i++)
        {
            var transfer = _waiting[i];
            if (transfer.Low || IsTaken(transfer.Lane, i))
            {
                continue;
            }

            if (_budget.TryBegin(transfer.Total, isFirst))
            {
                return Begin(i);
            }

            isFirst = false;
        }

        _isLookDue = false;
        _isHeldUp = !isFirst;
        return null;
    }

    private Transfer Begin(int index)
    {
        var transfer = _waiting[index];
        _waiting.RemoveAt(index);
        while (IsUsed(_nextId))
        {
            _nextId++;
        }

        transfer.Begin(_nextId++);
        _turn = _begun.Count;
        _begun.Add(transfer);
        return transfer;
    }

    private bool IsUsed(ushort id)
    {
        foreach (var transfer in _begun)
        {
            if (transfer.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a frame of the lane is under way or among the first that wait.</summary>
    private bool IsTaken(uint lane, int count)
    {
        if (lane == 0)
        {
            return false;
        }

        foreach (var transfer in _begun)
        {
            if (transfer.Lane == lane)
            {
                return true;
            }
        }

        for (var i = 0; i < count; i++)
        {
            if (_waiting[i].Lane == lane)
            {
                return true;
            }
        }

        return false;
    }
}
