using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rpc.Serialization.Formatters;

/// <summary>The formatter of <see cref="ImmutableArray{T}"/>: the same bytes as an array; the default value is its null.</summary>
/// <typeparam name="T">The elements.</typeparam>
public sealed class ImmutableArrayFormatter<T> : Formatter<ImmutableArray<T>>
{
    private readonly ElementFormatter<T> _element;

    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    public ImmutableArrayFormatter(Formatter<T> element) => _element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public override void Serialize(ref PayloadWriter writer, in ImmutableArray<T> value)
    {
        if (value.IsDefault)
        {
            writer.WriteNullCollectionHeader();
        }
        else
        {
            _element.WriteCollection(ref writer, value.AsSpan());
        }
    }

    /// <inheritdoc/>
    public override ImmutableArray<T> Deserialize(ref PayloadReader reader) =>
        reader.TryReadCollectionHeader(_element.MinSize, out var length)
            ? ImmutableCollectionsMarshal.AsImmutableArray(_element.ReadArray(ref reader, length))
            : default;
}
