using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableSortedDictionary{TKey, TValue}"/>, with the default comparer on reading. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class ImmutableSortedDictionaryFormatter<TKey, TValue> : PairSequenceFormatter<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public ImmutableSortedDictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableSortedDictionary<TKey, TValue> value)
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

    private protected override ImmutableSortedDictionary<TKey, TValue> Read(ref PayloadReader reader, int length)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>();
        for (var i = 0; i < length; i++)
        {
            var pair = ReadPair(ref reader);
            if (builder.ContainsKey(pair.Key))
            {
                PayloadThrow.DuplicateKey(typeof(ImmutableSortedDictionary<TKey, TValue>));
            }

            builder.Add(pair.Key, pair.Value);
        }

        return builder.ToImmutable();
    }
}
