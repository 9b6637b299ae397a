namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="HashSet{T}"/>: the elements in the order of enumeration. An element that stands twice is taken once.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class HashSetFormatter<T> : SequenceFormatter<HashSet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public HashSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, HashSet<T> value)
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

    private protected override HashSet<T> Read(ref PayloadReader reader, int length)
    {
        var set = new HashSet<T>(length);
        for (var i = 0; i < length; i++)
        {
            set.Add(Element.Read(ref reader));
        }

        return set;
    }
}
