using Rpc.Serialization.Formatters;

namespace Rpc.Serialization;

/// <summary>The common part of the formatters of dictionaries, whose elements are pairs.</summary>
/// <typeparam name="TDictionary">The dictionary.</typeparam>
/// <typeparam name="TKey">Its keys.</typeparam>
/// <typeparam name="TValue">Its values.</typeparam>
/// <remarks>A key that stands twice, or is null, is an error: to let the first or the last one win would hide what a sender smuggles in.</remarks>
public abstract class PairSequenceFormatter<TDictionary, TKey, TValue> : SequenceFormatter<TDictionary, KeyValuePair<TKey, TValue>>
    where TDictionary : class
    where TKey : notnull
{
    private protected PairSequenceFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(new KeyValuePairFormatter<TKey, TValue>(key, value))
    {
    }

    private protected KeyValuePair<TKey, TValue> ReadPair(ref PayloadReader reader)
    {
        var pair = Element.Read(ref reader);
        if (pair.Key is null)
        {
            PayloadThrow.NullKey(typeof(TDictionary));
        }

        return pair;
    }

    private protected Dictionary<TKey, TValue> ReadDictionary(ref PayloadReader reader, int length)
    {
        var dictionary = new Dictionary<TKey, TValue>(length);
        for (var i = 0; i < length; i++)
        {
            var pair = ReadPair(ref reader);
            if (!dictionary.TryAdd(pair.Key, pair.Value))
            {
                PayloadThrow.DuplicateKey(typeof(TDictionary));
            }
        }

        return dictionary;
    }
}
