using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IImmutableQueue{T}"/>: any implementation is written in the order of enumeration, and read as an <see cref="ImmutableQueue{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceImmutableQueueFormatter<T> : SequenceFormatter<IImmutableQueue<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceImmutableQueueFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IImmutableQueue<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IImmutableQueue<T> Read(ref PayloadReader reader, int length) =>
        ImmutableQueue.Create(Element.ReadArray(ref reader, length));
}
