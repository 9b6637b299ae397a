using System.Collections.ObjectModel;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ReadOnlyObservableCollection{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ReadOnlyObservableCollectionFormatter<T> : SequenceFormatter<ReadOnlyObservableCollection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ReadOnlyObservableCollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ReadOnlyObservableCollection<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ReadOnlyObservableCollection<T> Read(ref PayloadReader reader, int length) =>
        new(new ObservableCollection<T>(Element.ReadArray(ref reader, length)));
}
