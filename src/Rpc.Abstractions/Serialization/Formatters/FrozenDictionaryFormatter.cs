#if NET8_0_OR_GREATER
using System.Collections.Frozen;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="FrozenDictionary{TKey, TValue}"/>. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class FrozenDictionaryFormatter<TKey, TValue> : PairSequenceFormatter<FrozenDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public FrozenDictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, FrozenDictionary<TKey, TValue> value)
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

    private protected override FrozenDictionary<TKey, TValue> Read(ref PayloadReader reader, int length) =>
        ReadDictionary(ref reader, length).ToFrozenDictionary();
}
#endif
