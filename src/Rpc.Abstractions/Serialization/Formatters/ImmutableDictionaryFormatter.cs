using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableDictionary{TKey, TValue}"/>. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class ImmutableDictionaryFormatter<TKey, TValue> : PairSequenceFormatter<ImmutableDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public ImmutableDictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableDictionary<TKey, TValue> value)
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

    private protected override ImmutableDictionary<TKey, TValue> Read(ref PayloadReader reader, int length)
    {
        var builder = ImmutableDictionary.CreateBuilder<TKey, TValue>();
        for (var i = 0; i < length; i++)
        {
            var pair = ReadPair(ref reader);
            if (builder.ContainsKey(pair.Key))
            {
                PayloadThrow.DuplicateKey(typeof(ImmutableDictionary<TKey, TValue>));
            }

            builder.Add(pair.Key, pair.Value);
        }

        return builder.ToImmutable();
    }
}
