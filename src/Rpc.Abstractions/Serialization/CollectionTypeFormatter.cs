namespace Rpc.Serialization;

/// <summary>The base of formatters for a user's own collection types, which are written as collections of their elements.</summary>
/// <typeparam name="TCollection">The collection.</typeparam>
/// <typeparam name="T">Its elements; <c>KeyValuePair</c> for a dictionary.</typeparam>
public abstract class CollectionTypeFormatter<TCollection, T> : Formatter<TCollection>
    where TCollection : class, ICollection<T>
{
    private readonly ElementFormatter<T> _element;

    /// <summary>Creates the formatter.</summary>
    /// <param name="element">The formatter of the elements.</param>
    protected CollectionTypeFormatter(Formatter<T> element) => _element = new ElementFormatter<T>(element);

    /// <inheritdoc/>
    public sealed override int MinSize => sizeof(int);

    /// <inheritdoc/>
    public sealed override void Serialize(ref PayloadWriter writer, in TCollection? value)
    {
        if (value is null)
        {
            writer.WriteNullCollectionHeader();
            return;
        }

        writer.Enter();
        var start = writer.BeginCollection();
        var count = 0;
        foreach (var item in value)
        {
            _element.Write(ref writer, in item);
            count++;
        }

        writer.EndCollection(start, count);
        writer.Leave();
    }

    /// <inheritdoc/>
    public sealed override TCollection? Deserialize(ref PayloadReader reader)
    {
        if (!reader.TryReadCollectionHeader(_element.MinSize, out var length))
        {
            return null;
        }

        reader.Enter();
        try
        {
            var collection = Create(length);
            for (var i = 0; i < length; i++)
            {
                collection.Add(_element.Read(ref reader));
            }

            reader.Leave();
            return collection;
        }
        catch (Exception e) when (PayloadThrow.IsRejection(e))
        {
            throw PayloadThrow.Rejected(typeof(TCollection), e);
        }
    }

    /// <summary>Creates an empty collection.</summary>
    /// <param name="capacity">The number of elements that will be added.</param>
    /// <returns>The collection.</returns>
    protected abstract TCollection Create(int capacity);
}
