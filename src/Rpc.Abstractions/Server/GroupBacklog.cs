namespace Rpc.Server;

/// <summary>The pushes that wait for one member, in their order; those that may be dropped are bounded. Not thread safe: the member's lock guards it.</summary>
internal sealed class GroupBacklog
{
    private readonly int _maxMessages;
    private readonly int _maxBytes;
    private readonly LinkedList<BacklogEntry> _entries = new();
    private readonly LinkedList<BacklogEntry> _droppable = new();
    private readonly Dictionary<(uint Method, object? Key), BacklogEntry> _latest = [];
    private long _droppableBytes;

    public GroupBacklog(int maxMessages, int maxBytes)
    {
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
    }

    public int Count => _entries.Count;

    public long Bytes { get; private set; }

    /// <summary>The one whose turn it is, or null.</summary>
    public BacklogEntry? First => _entries.First?.Value;

    /// <summary>Puts an entry in the place of one of the same method and key.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryReplace(BacklogEntry entry)
    {
        if (entry.Policy != RpcSlowMember.Latest || !_latest.TryGetValue((entry.Method, entry.Key), out var before))
        {
            return false;
        }

        // The place stays: a key that changes all the time does not move behind the others for ever.
        var growth = entry.Frame.Length - before.Frame.Length;
        Bytes += growth;
        _droppableBytes += growth;
        before.Frame = entry.Frame;
        before.Options = entry.Options;
        return true;
    }

    /// <summary>Puts an entry behind the others.</summary>
    public void Add(BacklogEntry entry)
    {
        entry.Place = _entries.AddLast(entry);
        Bytes += entry.Frame.Length;
        if (entry.IsDroppable)
        {
            entry.DroppablePlace = _droppable.AddLast(entry);
            _droppableBytes += entry.Frame.Length;
        }

        if (entry.Policy == RpcSlowMember.Latest)
        {
            _latest[(entry.Method, entry.Key)] = entry;
        }
    }

    /// <summary>Takes the oldest that may be dropped, while there are too many.</summary>
    public bool TryDropOldest()
    {
        if (_droppable.Count == 0 || (_droppable.Count <= _maxMessages && _droppableBytes <= _maxBytes))
        {
            return false;
        }

        Remove(_droppable.First!.Value);
        return true;
    }

    /// <summary>Takes an entry out.</summary>
    /// <returns>False when it waits no more.</returns>
    public bool Remove(BacklogEntry entry)
    {
        if (entry.Place is not { } place)
        {
            return false;
        }

        _entries.Remove(place);
        entry.Place = null;
        Bytes -= entry.Frame.Length;
        if (entry.DroppablePlace is { } droppable)
        {
            _droppable.Remove(droppable);
            entry.DroppablePlace = null;
            _droppableBytes -= entry.Frame.Length;
        }

        if (entry.Policy == RpcSlowMember.Latest)
        {
            _latest.Remove((entry.Method, entry.Key));
        }

        return true;
    }
}
