using System.Collections.Concurrent;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ConcurrentDictionary{TKey, TValue}"/>: no snapshot, as its enumeration is none. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class ConcurrentDictionaryFormatter<TKey, TValue> : PairSequenceFormatter<ConcurrentDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public ConcurrentDictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ConcurrentDictionary<TKey, TValue> value)
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

    private protected override ConcurrentDictionary<TKey, TValue> Read(ref PayloadReader reader, int length)
    {
        var dictionary = new ConcurrentDictionary<TKey, TValue>();
        for (var i = 0; i < length; i++)
        {
            var pair = ReadPair(ref reader);
            if (!dictionary.TryAdd(pair.Key, pair.Value))
            {
                PayloadThrow.DuplicateKey(typeof(ConcurrentDictionary<TKey, TValue>));
            }
        }

        return dictionary;
    }
}
