namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IDictionary{TKey, TValue}"/>, read as a <see cref="Dictionary{TKey, TValue}"/>. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
public sealed class InterfaceDictionaryFormatter<TKey, TValue> : PairSequenceFormatter<IDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="value">The formatter of the values.</param>
    public InterfaceDictionaryFormatter(Formatter<TKey> key, Formatter<TValue> value)
        : base(key, value)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IDictionary<TKey, TValue> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IDictionary<TKey, TValue> Read(ref PayloadReader reader, int length) =>
        ReadDictionary(ref reader, length);
}
