namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Dictionary{TKey, TValue}"/>: pairs in the order of enumeration. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class DictionaryFormatter<TKey, TValue> : PairSequenceFormatter<Dictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public DictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, Dictionary<TKey, TValue> value)
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

    private protected override Dictionary<TKey, TValue> Read(ref PayloadReader reader, int length) =>
        ReadDictionary(ref reader, length);
}
