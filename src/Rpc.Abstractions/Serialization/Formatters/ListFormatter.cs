namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="List{T}"/>: the same bytes as an array.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ListFormatter<T> : SequenceFormatter<List<T>, T>
{
    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ListFormatter(Formatter<T> element)
        : base(element)
    {
    }

    private protected override void Write(ref PayloadWriter writer, List<T> value) =>
        Element.WriteCollection(ref writer, value);

    private protected override List<T> Read(ref PayloadReader reader, int length) =>
        Element.ReadList(ref reader, length);
}
