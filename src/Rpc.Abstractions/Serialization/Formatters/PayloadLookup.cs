using System.Collections;

namespace Rpc.Serialization.Formatters;

/// <summary>A lookup that was read from a payload: the groups in their order, empty ones and that of the key null included.</summary>
internal sealed class PayloadLookup<TKey, TElement> : ILookup<TKey, TElement>
{
    private readonly List<IGrouping<TKey, TElement>> _groups;
    private readonly Dictionary<KeyBox, IGrouping<TKey, TElement>> _index;

    public PayloadLookup(int capacity)
    {
        _groups = new List<IGrouping<TKey, TElement>>(capacity);
        _index = new Dictionary<KeyBox, IGrouping<TKey, TElement>>(capacity);
    }

    public int Count => _groups.Count;

    public IEnumerable<TElement> this[TKey key] =>
        _index.TryGetValue(new KeyBox(key), out var group) ? group : Enumerable.Empty<TElement>();

    /// <summary>Adds a group unless one of its key is there.</summary>
    public bool TryAdd(IGrouping<TKey, TElement> group)
    {
        if (!_index.TryAdd(new KeyBox(group.Key), group))
        {
            return false;
        }

        _groups.Add(group);
        return true;
    }

    public bool Contains(TKey key) => _index.ContainsKey(new KeyBox(key));

    public IEnumerator<IGrouping<TKey, TElement>> GetEnumerator() => _groups.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A key that may be null.</summary>
    private readonly record struct KeyBox(TKey Key);
}
