namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ILookup{TKey, TElement}"/>: a collection of groupings. A key that stands twice is an error.</summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TElement">The elements.</typeparam>
public sealed class InterfaceLookupFormatter<TKey, TElement> : SequenceFormatter<ILookup<TKey, TElement>, IGrouping<TKey, TElement>>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="key">The formatter of the keys.</param>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceLookupFormatter(Formatter<TKey> key, Formatter<TElement> element)
        : base(new InterfaceGroupingFormatter<TKey, TElement>(key, element))
    {
    }

    private protected override void Write(ref PayloadWriter writer, ILookup<TKey, TElement> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ILookup<TKey, TElement> Read(ref PayloadReader reader, int length)
    {
        var lookup = new PayloadLookup<TKey, TElement>(length);
        for (var i = 0; i < length; i++)
        {
            var group = Element.Read(ref reader);
            if (group is null)
            {
                PayloadThrow.Invalid("A group of a lookup is null.");
            }

            if (!lookup.TryAdd(group!))
            {
                PayloadThrow.DuplicateKey(typeof(ILookup<TKey, TElement>));
            }
        }

        return lookup;
    }
}
