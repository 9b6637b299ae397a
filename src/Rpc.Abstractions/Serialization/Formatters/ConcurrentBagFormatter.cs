using System.Collections.Concurrent;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ConcurrentBag{T}"/>: a snapshot in no particular order.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ConcurrentBagFormatter<T> : SequenceFormatter<ConcurrentBag<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ConcurrentBagFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ConcurrentBag<T> value)
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

    private protected override ConcurrentBag<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
