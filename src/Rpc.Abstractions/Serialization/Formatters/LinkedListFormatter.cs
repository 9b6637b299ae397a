namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="LinkedList{T}"/>, the first node first.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class LinkedListFormatter<T> : SequenceFormatter<LinkedList<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public LinkedListFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, LinkedList<T> value)
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

    private protected override LinkedList<T> Read(ref PayloadReader reader, int length)
    {
        var list = new LinkedList<T>();
        for (var i = 0; i < length; i++)
        {
            list.AddLast(Element.Read(ref reader));
        }

        return list;
    }
}
