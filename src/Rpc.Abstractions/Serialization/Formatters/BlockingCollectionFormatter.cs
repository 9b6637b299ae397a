using System.Collections.Concurrent;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="BlockingCollection{T}"/>: a snapshot; it is read as an unbounded queue.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class BlockingCollectionFormatter<T> : SequenceFormatter<BlockingCollection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public BlockingCollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, BlockingCollection<T> value)
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

    private protected override BlockingCollection<T> Read(ref PayloadReader reader, int length) =>
        new(new ConcurrentQueue<T>(Element.ReadArray(ref reader, length)));
}
