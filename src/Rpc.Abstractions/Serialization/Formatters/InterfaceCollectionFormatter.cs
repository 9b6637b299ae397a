namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ICollection{T}"/>: any implementation is written in the order of enumeration, and read as a <see cref="List{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceCollectionFormatter<T> : SequenceFormatter<ICollection<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceCollectionFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, ICollection<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override ICollection<T> Read(ref PayloadReader reader, int length) =>
        Element.ReadList(ref reader, length);
}
