using System.Buffers;
using Rpc.Buffers;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ReadOnlySequence{T}"/>: the same bytes as an array, and read as one segment; null is read as the empty one.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ReadOnlySequenceFormatter<T> : Formatter<ReadOnlySequence<T>>
{
    private readonly ElementFormatter<T> _element;

    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ReadOnlySequenceFormatter(Formatter<T> element) => _element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in ReadOnlySequence<T> value)
    {
        if (value.Length > int.MaxValue)
        {
            throw new PayloadTooLargeException(value.Length, int.MaxValue);
        }

        writer.WriteCollectionHeader((int)value.Length);
        foreach (var segment in value)
        {
            _element.WriteItems(ref writer, segment.Span);
        }
    }

    /// <inheritdoc/>
    public override ReadOnlySequence<T> Deserialize(ref PayloadReader reader) =>
        reader.TryReadCollectionHeader(_element.MinSize, out var length)
            ? new ReadOnlySequence<T>(_element.ReadArray(ref reader, length))
            : ReadOnlySequence<T>.Empty;
}
