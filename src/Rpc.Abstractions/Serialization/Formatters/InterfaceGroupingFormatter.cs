namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IGrouping{TKey, TElement}"/>: an object of the key and the collection of elements.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TElement">The elements.</typeparam>
public sealed class InterfaceGroupingFormatter<TKey, TElement> : Formatter<IGrouping<TKey, TElement>>
{
    private const int MemberCount = 2;

    private readonly Formatter<TKey> _key;
    private readonly Formatter<IEnumerable<TElement>> _elements;

    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the key.</param>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceGroupingFormatter(Formatter<TKey> key, Formatter<TElement> element)
    {
        _key = key;
        _elements = new InterfaceEnumerableFormatter<TElement>(element);
    }

    /// <inheritdoc/>
    public override int MinSize => 1;

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in IGrouping<TKey, TElement>? value)
    {
        if (value is null)
        {
            writer.WriteNullObjectHeader();
            return;
        }

        writer.WriteObjectHeader(MemberCount);
        var key = value.Key;
        _key.Serialize(ref writer, in key!);
        IEnumerable<TElement> elements = value;
        _elements.Serialize(ref writer, in elements!);
    }

    /// <inheritdoc/>
    public override IGrouping<TKey, TElement>? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadObjectHeader(out var count))
        {
            return null;
        }

        PayloadThrow.UnlessMemberCount(count, MemberCount);
        var key = _key.Deserialize(ref reader)!;
        return new PayloadGrouping<TKey, TElement>(key, _elements.Deserialize(ref reader) ?? []);
    }
}
