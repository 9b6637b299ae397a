namespace Rpc.Serialization;

/// <summary>The common part of the formatters of collections: the length, null, and what a collection refuses to hold.</summary>
/// <typeparam name="TCollection">The collection.</typeparam>
/// <typeparam name="T">Its elements.</typeparam>
public abstract class SequenceFormatter<TCollection, T> : Formatter<TCollection>
    where TCollection : class
{
    private protected SequenceFormatter(Formatter<T> element) => Element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public sealed override int MinSize => sizeof(int);

    private protected ElementFormatter<T> Element { get; }

    /// <inheritdoc/>
    public sealed override void Serialize(ref PayloadWriter writer, in TCollection? value)
    {
        if (value is null)
        {
            writer.WriteNullCollectionHeader();
        }
        else
        {
            Write(ref writer, value);
        }
    }

    /// <inheritdoc/>
    public sealed override TCollection? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadCollectionHeader(Element.MinSize, out var length))
        {
            return null;
        }

        // Comparers, hash codes and constructors run over what the payload says, and may throw whatever they like.
        try
        {
            return Read(ref reader, length);
        }
        catch (Exception e) when (PayloadThrow.IsRejection(e))
        {
            throw PayloadThrow.Rejected(typeof(TCollection), e);
        }
    }

    /// <summary>Writes the length and the elements.</summary>
    private protected abstract void Write(ref PayloadWriter writer, TCollection value);

    /// <summary>Reads the elements; so many are known to fit the bytes left.</summary>
    private protected abstract TCollection Read(ref PayloadReader reader, int length);
}
