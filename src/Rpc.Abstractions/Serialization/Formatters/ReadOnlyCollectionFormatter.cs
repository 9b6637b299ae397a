using System.Collections.ObjectModel;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ReadOnlyCollection{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ReadOnlyCollectionFormatter<T> : SequenceFormatter<ReadOnlyCollection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ReadOnlyCollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ReadOnlyCollection<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ReadOnlyCollection<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
