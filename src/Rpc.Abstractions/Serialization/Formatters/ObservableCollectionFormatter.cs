using System.Collections.ObjectModel;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ObservableCollection{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ObservableCollectionFormatter<T> : SequenceFormatter<ObservableCollection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ObservableCollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ObservableCollection<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ObservableCollection<T> Read(ref PayloadReader reader, int length) =>
        new(Element.ReadArray(ref reader, length));
}
