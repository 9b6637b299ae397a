using System.Collections.ObjectModel;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="Collection{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class CollectionFormatter<T> : SequenceFormatter<Collection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public CollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, Collection<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override Collection<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadList(ref reader, length));
}
