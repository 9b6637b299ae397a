namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="SortedSet{T}"/>, with the default comparer on reading. An element that stands twice is taken once.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class SortedSetFormatter<T> : SequenceFormatter<SortedSet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public SortedSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, SortedSet<T> value)
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

    private protected override SortedSet<T> Read(ref PayloadReader reader, int length) =>
        new SortedSet<T>(Element.ReadArray(ref reader, length));
}
