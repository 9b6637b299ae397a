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

    /// <summary>Begins a version-tolerant object: writes the count of its members and leaves a byte for each one's length.</summary>
    /// <param name="count">The highest order + 1, 0 to 249. <see cref="EndMember"/> must be called so many times.</param>
    /// <returns>What keeps track of the lengths.</returns>
    public MemberWriteState BeginMembers(byte count)
    {
        WriteObjectHeader(count);
        var state = new MemberWriteState { LengthAt = Position };
        GetSpan(count).Slice(0, count).Clear();
        Advance(count);
        state.MemberAt = Position;
        return state;
    }

    /// <summary>Ends a member of a version-tolerant object: puts its length before the members. Without anything written since the member
    /// before, the order is one that no member has.</summary>
    /// <param name="state">The result of <see cref="BeginMembers"/>.</param>
    /// <remarks>A byte is left for a length, enough up to 127; a longer member moves the members so far.</remarks>
    public void EndMember(ref MemberWriteState state)
    {
        var length = Position - state.MemberAt;
        var size = PayloadVarInt.SizeOf(length);
        if (size > 1)
        {
            var extra = size - 1;
            var behind = Position - state.LengthAt - 1;
            GetSpan(extra);
            Advance(extra);
            var moved = Last(behind + extra);
            moved.Slice(0, behind).CopyTo(moved.Slice(extra));
        }

        var end = _position;
        _position -= Position - state.LengthAt;
        WriteVarInt(length);
        state.LengthAt = Position;
        _position = end;
        state.MemberAt = Position;
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
