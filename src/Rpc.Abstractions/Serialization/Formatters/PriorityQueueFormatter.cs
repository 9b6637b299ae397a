#if NET8_0_OR_GREATER
namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="PriorityQueue{TElement, TPriority}"/>: tuples of element and priority in the order of the heap. It is read
/// with the default comparer.</summary>
/// <typeparam name="TElement">The elements.</typeparam>
/// <typeparam name="TPriority">The priorities.</typeparam>
public sealed class PriorityQueueFormatter<TElement, TPriority>
    : SequenceFormatter<PriorityQueue<TElement, TPriority>, (TElement Element, TPriority Priority)>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    /// <param name="priority">The formatter of the priorities.</param>
    public PriorityQueueFormatter(Formatter<TElement> element, Formatter<TPriority> priority)
        : base(new ValueTupleFormatter<TElement, TPriority>(element, priority))
    {
    }

    private protected override void Write(ref PayloadWriter writer, PriorityQueue<TElement, TPriority> value)
    {
        writer.WriteCollectionHeader(value.Count);
        foreach (var item in value.UnorderedItems)
        {
            Element.Write(ref writer, in item);
        }
    }

    private protected override PriorityQueue<TElement, TPriority> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
#endif
