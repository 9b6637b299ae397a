namespace Rpc.Serialization;

/// <content>Objects that are written once and referred to afterwards.</content>
public ref partial struct PayloadWriter
{
    /// <summary>Writes a reference in place of an object that this writer has written before.</summary>
    /// <param name="value">The object; identity counts, not equality.</param>
    /// <returns>False when the object is new: write it, with <see cref="WriteNewReference"/> between its lengths and its members.</returns>
    public bool TryWriteReference(object value)
    {
        if (_references is null || !_references.TryGetValue(value, out var id))
        {
            return false;
        }

        WriteUnmanaged(PayloadCode.Wide);
        WriteVarUInt(id);
        return true;
    }

    /// <summary>Gives an object the next id, counted from 0 in the order of writing, and writes it.</summary>
    /// <param name="value">The object, which has no id yet.</param>
    /// <param name="state">The object's members, of which none is written yet.</param>
    public void WriteNewReference(object value, ref MemberWriteState state)
    {
        _references ??= new Dictionary<object, uint>(ReferenceComparer.Instance);
        var id = (uint)_references.Count;
        _references.Add(value, id);
        WriteVarUInt(id);
        state.MemberAt = Position;
    }
}
