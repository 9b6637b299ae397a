using System.Collections.Concurrent;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ConcurrentStack{T}"/>: a snapshot, from the bottom to the top.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ConcurrentStackFormatter<T> : SequenceFormatter<ConcurrentStack<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ConcurrentStackFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ConcurrentStack<T> value)
    {
        // Enumeration goes from the top, the format from the bottom.
        var items = value.ToArray();
        Array.Reverse(items);
        Element.WriteCollection(ref writer, (ReadOnlySpan<T>)items);
    }

    private protected override ConcurrentStack<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
