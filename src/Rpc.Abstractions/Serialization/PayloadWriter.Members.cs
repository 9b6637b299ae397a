namespace Rpc.Serialization;

/// <content>Version-tolerant objects, whose members carry their lengths, unions and variable-length integers.</content>
public ref partial struct PayloadWriter
{
    /// <summary>Writes an integer in the variable-length form for signed integers, 1 to 5 bytes.</summary>
    /// <param name="value">The integer.</param>
    public void WriteVarInt(int value)
    {
        switch (value)
        {
            case >= PayloadVarInt.MinLiteral and <= sbyte.MaxValue:
                WriteUnmanaged((sbyte)value);
                break;
            case >= sbyte.MinValue and < 0:
                WriteUnmanaged(PayloadVarInt.Int8);
                WriteUnmanaged((sbyte)value);
                break;
            case >= short.MinValue and <= short.MaxValue:
                WriteUnmanaged(PayloadVarInt.Int16);
                WriteUnmanaged((short)value);
                break;
            default:
                WriteUnmanaged(PayloadVarInt.Int32);
                WriteUnmanaged(value);
                break;
        }
    }

    /// <summary>Writes an integer in the variable-length form for unsigned integers, 1 to 5 bytes.</summary>
    /// <param name="value">The integer.</param>
    public void WriteVarUInt(uint value)
    {
        switch (value)
        {
            case <= (uint)sbyte.MaxValue:
                WriteUnmanaged((sbyte)value);
                break;
            case <= ushort.MaxValue:
                WriteUnmanaged(PayloadVarInt.UInt16);
                WriteUnmanaged((ushort)value);
                break;
            default:
                WriteUnmanaged(PayloadVarInt.UInt32);
                WriteUnmanaged(value);
                break;
        }
    }

    /// <summary>Writes a union's tag: one byte up to 249, <c>FA</c> and two bytes beyond.</summary>
    /// <param name="tag">The tag.</param>
    public void WriteUnionTag(ushort tag)
    {
        if (tag <= PayloadCode.MaxMembers)
        {
            WriteUnmanaged((byte)tag);
        }
        else
        {
            WriteUnmanaged(PayloadCode.Wide);
            WriteUnmanaged(tag);
        }
    }

    /// <summary>Throws for a value whose type is not among the cases of its union.</summary>
    /// <param name="type">The union's name.</param>
    /// <exception cref="PayloadException">Always.</exception>
    public static void ThrowUnionCase(string type) => PayloadThrow.Invalid($"The value's type is no case of the union {type}.");

    /// <summary>Begins a version-tolerant object: writes the count of its members and leaves room for their lengths.</summary>
    /// <param name="count">The highest order + 1, 0 to 249.</param>
    /// <returns>What <see cref="EndMembers"/> takes.</returns>
    public int BeginMembers(byte count)
    {
        WriteObjectHeader(count);
        var start = Position;
        GetSpan(count).Slice(0, count).Clear();
        Advance(count);
        return start;
    }

    /// <summary>Ends a version-tolerant object: puts the lengths of its members before them.</summary>
    /// <param name="start">The result of <see cref="BeginMembers"/>.</param>
    /// <param name="lengths">The bytes of each member in the order written, 0 for an order that no member has.</param>
    /// <remarks>A byte a length is reserved, and enough up to 127; longer members move everything behind the lengths.</remarks>
    public void EndMembers(int start, ReadOnlySpan<int> lengths)
    {
        var needed = 0;
        foreach (var length in lengths)
        {
            needed += PayloadVarInt.SizeOf(length);
        }

        var end = Position;
        var extra = needed - lengths.Length;
        if (extra > 0)
        {
            GetSpan(extra);
            Advance(extra);
            var tail = Last(end - start - lengths.Length + extra);
            tail.Slice(0, tail.Length - extra).CopyTo(tail.Slice(extra));
        }

        // The lengths are written in place, then the position goes back behind the members.
        var final = _position;
        _position -= Position - start;
        foreach (var length in lengths)
        {
            WriteVarInt(length);
        }

        _position = final;
    }

    /// <summary>Begins a collection whose length is not known yet.</summary>
    /// <returns>What <see cref="EndCollection"/> takes.</returns>
    internal int BeginCollection()
    {
        var start = Position;
        WriteUnmanaged(0);
        return start;
    }

    /// <summary>Ends a collection: puts its length before the elements.</summary>
    internal void EndCollection(int start, int length)
    {
        var final = _position;
        _position -= Position - start;
        WriteUnmanaged(length);
        _position = final;
    }
}
