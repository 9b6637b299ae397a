namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="IReadOnlyList{T}"/>: any implementation is written in the order of enumeration, and read as a <see cref="List{T}"/>.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class InterfaceReadOnlyListFormatter<T> : SequenceFormatter<IReadOnlyList<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public InterfaceReadOnlyListFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, IReadOnlyList<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override IReadOnlyList<T> Read(ref PayloadReader reader, int length) =>
        Element.ReadList(ref reader, length);
}
