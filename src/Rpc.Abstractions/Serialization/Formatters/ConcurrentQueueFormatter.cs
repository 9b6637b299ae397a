using System.Collections.Concurrent;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ConcurrentQueue{T}"/>: a snapshot, the head first.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ConcurrentQueueFormatter<T> : SequenceFormatter<ConcurrentQueue<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ConcurrentQueueFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ConcurrentQueue<T> value)
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

    private protected override ConcurrentQueue<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
