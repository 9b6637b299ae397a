using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IImmutableList{T}"/>: any implementation is written in the order of enumeration, and read as an <see cref="ImmutableList{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceImmutableListFormatter<T> : SequenceFormatter<IImmutableList<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceImmutableListFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IImmutableList<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IImmutableList<T> Read(ref PayloadReader reader, int length) =>
        ImmutableList.Create(Element.ReadArray(ref reader, length));
}
