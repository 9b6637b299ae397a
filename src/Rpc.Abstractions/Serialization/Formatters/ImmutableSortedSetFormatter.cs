using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableSortedSet{T}"/>, with the default comparer on reading. An element that stands twice is taken once.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ImmutableSortedSetFormatter<T> : SequenceFormatter<ImmutableSortedSet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ImmutableSortedSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableSortedSet<T> value)
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

    private protected override ImmutableSortedSet<T> Read(ref PayloadReader reader, int length) =>
        ImmutableSortedSet.Create(Element.ReadArray(ref reader, length));
}
