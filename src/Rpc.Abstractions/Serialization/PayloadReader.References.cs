namespace Rpc.Serialization;

/// <content>Objects that are written once and referred to afterwards.</content>
public ref partial struct PayloadReader
{
    /// <summary>Reads a reference to an object that this reader has read before, if one stands here.</summary>
    /// <typeparam name="T">The static type.</typeparam>
    /// <param name="value">The object when the result is true.</param>
    /// <returns>False when no reference stands here: nothing was read.</returns>
    /// <exception cref="PayloadException">No object has the id, or one of another type.</exception>
    public bool TryReadReference<T>(out T? value)
        where T : class
    {
        if (PeekByte() != PayloadCode.Wide)
        {
            value = null;
            return false;
        }

        Skip(1);
        var id = ReadVarUInt();
        if (_references is null || !_references.TryGetValue(id, out var known))
        {
            PayloadThrow.Invalid($"No object has the id {id}.");
            known = null;
        }

        value = known as T;
        if (value is null)
        {
            PayloadThrow.Invalid($"The object of the id {id} is no {typeof(T).Name}.");
        }

        return true;
    }

    /// <summary>Gives an object its id; call it before its members are read, since they may refer to it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="value">The object.</param>
    /// <exception cref="PayloadException">Another object has the id.</exception>
    public void RegisterReference(uint id, object value)
    {
        _references ??= [];
        if (!_references.TryAdd(id, value))
        {
            PayloadThrow.Invalid($"Two objects have the id {id}.");
        }
    }
}
