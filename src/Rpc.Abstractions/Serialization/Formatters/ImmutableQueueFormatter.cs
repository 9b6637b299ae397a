using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableQueue{T}"/>, the head first.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ImmutableQueueFormatter<T> : SequenceFormatter<ImmutableQueue<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ImmutableQueueFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ImmutableQueue<T> value)
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

    private protected override ImmutableQueue<T> Read(ref PayloadReader reader, int length) =>
        ImmutableQueue.Create(Element.ReadArray(ref reader, length));
}
