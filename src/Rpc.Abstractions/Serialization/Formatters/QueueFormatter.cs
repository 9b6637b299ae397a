namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Queue{T}"/>, the head first.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class QueueFormatter<T> : SequenceFormatter<Queue<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public QueueFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, Queue<T> value)
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

    private protected override Queue<T> Read(ref PayloadReader reader, int length)
    {
        var queue = new Queue<T>(length);
        for (var i = 0; i < length; i++)
        {
            queue.Enqueue(Element.Read(ref reader));
        }

        return queue;
    }
}
