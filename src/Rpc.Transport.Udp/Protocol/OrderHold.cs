namespace Rpc.Transport.Udp.Protocol;

/// <summary>Ordered messages that have overtaken the one that they follow.</summary>
internal sealed class OrderHold
{
    private readonly Dictionary<long, Held> _held = [];
    private readonly Dictionary<long, long> _followers = [];

    internal int Count => _held.Count;

    internal IEnumerable<ReceivedMessage> Messages => _held.Values.Select(static held => held.Message);

    internal bool IsHeld(long id) => _held.ContainsKey(id);

    internal void Add(long id, long follows, ReceivedMessage message)
    {
        // A peer that lets two messages follow the same one breaks the rules of its own order; they are then released together.
        _held[id] = new Held(message, _followers.TryGetValue(follows, out var other) ? other : -1);
        _followers[follows] = id;
    }

    /// <summary>A message was delivered: gives one that followed it, until there is none.</summary>
    internal bool TryRelease(long delivered, out long id, out ReceivedMessage message)
    {
        if (!_followers.TryGetValue(delivered, out id))
        {
            message = default;
            return false;
        }

        _held.Remove(id, out var held);
        if (held.Sibling >= 0)
        {
            _followers[delivered] = held.Sibling;
        }
        else
        {
            _followers.Remove(delivered);
        }

        message = held.Message;
        return true;
    }

    internal void Clear()
    {
        _held.Clear();
        _followers.Clear();
    }

    private readonly record struct Held(ReceivedMessage Message, long Sibling);
}
