namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ReadOnlyMemory{T}"/>: the same bytes as an array. The default value is written as the empty one, and null is read as it.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ReadOnlyMemoryFormatter<T> : Formatter<ReadOnlyMemory<T>>
{
    private readonly ElementFormatter<T> _element;

    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ReadOnlyMemoryFormatter(Formatter<T> element) => _element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in ReadOnlyMemory<T> value) =>
        _element.WriteCollection(ref writer, value.Span);

    /// <inheritdoc/>
    public override ReadOnlyMemory<T> Deserialize(ref PayloadReader reader) =>
        reader.TryReadCollectionHeader(_element.MinSize, out var length) ? new ReadOnlyMemory<T>(_element.ReadArray(ref reader, length)) : default;
}
