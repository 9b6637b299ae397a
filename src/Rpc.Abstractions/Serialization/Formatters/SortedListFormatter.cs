namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="SortedList{TKey, TValue}"/>, with the default comparer on reading. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class SortedListFormatter<TKey, TValue> : PairSequenceFormatter<SortedList<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public SortedListFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, SortedList<TKey, TValue> value)
    {
        var start = writer.BeginCollection();
        var count = 0;
        foreach (var item in value)
        {
            Element.Write(ref writer, in item);
            count++;
        }

        writer.EndCollection(start, count);
    }

    private protected override SortedList<TKey, TValue> Read(ref PayloadReader reader, int length)
    {
        // Sorted first: to insert keys one by one, in an order that a sender chose, would take quadratic time.
        var pairs = Element.ReadArray(ref reader, length);
        var comparer = Comparer<TKey>.Default;
        Array.Sort(pairs, (x, y) => comparer.Compare(x.Key, y.Key));
        var list = new SortedList<TKey, TValue>(length);
        foreach (var pair in pairs)
        {
            if (pair.Key is null)
            {
                PayloadThrow.NullKey(typeof(SortedList<TKey, TValue>));
            }

            if (!list.TryAdd(pair.Key!, pair.Value))
            {
                PayloadThrow.DuplicateKey(typeof(SortedList<TKey, TValue>));
            }
        }

        return list;
    }
}
