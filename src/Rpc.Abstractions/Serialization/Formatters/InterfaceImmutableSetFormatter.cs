using System.Collections.Immutable;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IImmutableSet{T}"/>: any implementation is written in the order of enumeration, and read as an <see cref="ImmutableHashSet{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceImmutableSetFormatter<T> : SequenceFormatter<IImmutableSet<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceImmutableSetFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IImmutableSet<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IImmutableSet<T> Read(ref PayloadReader reader, int length) =>
        ImmutableHashSet.Create(Element.ReadArray(ref reader, length));
}
