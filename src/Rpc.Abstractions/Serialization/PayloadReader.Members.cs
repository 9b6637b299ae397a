namespace Rpc.Serialization;

/// <content>Version-tolerant objects, whose members carry their lengths, unions and variable-length integers.</content>
public ref partial struct PayloadReader
{
    /// <summary>Reads a variable-length integer of any form.</summary>
    /// <returns>The integer.</returns>
    /// <exception cref="PayloadException">It does not fit 32 bits with a sign.</exception>
    public int ReadVarInt()
    {
        var value = ReadVarInt64();
        if (value is < int.MinValue or > int.MaxValue)
        {
            PayloadThrow.Invalid("A variable-length integer is out of range.");
        }

        return (int)value;
    }

    /// <summary>Reads a variable-length integer of any form.</summary>
    /// <returns>The integer.</returns>
    /// <exception cref="PayloadException">It is negative or does not fit 32 bits.</exception>
    public uint ReadVarUInt()
    {
        var value = ReadVarInt64();
        if (value is < 0 or > uint.MaxValue)
        {
            PayloadThrow.Invalid("A variable-length integer is out of range.");
        }

        return (uint)value;
    }

    /// <summary>Reads a union's tag in either form.</summary>
    /// <param name="tag">The tag when the result is true.</param>
    /// <returns>False for null.</returns>
    /// <exception cref="PayloadException">The byte is one of the reserved codes 251 to 254.</exception>
    public bool TryReadUnionTag(out ushort tag)
    {
        tag = ReadByte();
        if (tag > PayloadCode.MaxMembers)
        {
            if (tag == PayloadCode.Wide)
            {
                tag = ReadUnmanaged<ushort>();
                return true;
            }

            if (tag != PayloadCode.NullObject)
            {
                PayloadThrow.BadCode(tag, "a union");
            }

            return false;
        }

        return true;
    }

    /// <summary>Throws for a union's tag that no case has.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="type">The union's name.</param>
    /// <exception cref="PayloadException">Always.</exception>
    public static void ThrowUnionTag(int tag, string type) => PayloadThrow.Invalid($"The union {type} has no case of tag {tag}.");

    /// <summary>Begins a version-tolerant object: checks the lengths of its members and moves on to the members.</summary>
    /// <param name="count">The count from <see cref="TryReadObjectHeader"/>.</param>
    /// <returns>What keeps track of the lengths.</returns>
    /// <exception cref="PayloadException">A length is negative, or they are more than the bytes left.</exception>
    public MemberReadState BeginMembers(byte count)
    {
        var state = new MemberReadState { LengthAt = _position, Left = count };
        var sum = 0L;
        for (var i = 0; i < count; i++)
        {
            var length = ReadVarInt();
            if (length < 0)
            {
                PayloadThrow.BadLength(length, Remaining);
            }

            sum += length;
        }

        if (sum > Remaining)
        {
            PayloadThrow.EndOfData((int)Math.Min(sum, int.MaxValue), Remaining);
        }

        return state;
    }

    /// <summary>Begins the next member of a version-tolerant object.</summary>
    /// <param name="state">The result of <see cref="BeginMembers"/>.</param>
    /// <returns>False when the sender's object has no such member: it keeps its default, and <see cref="EndMember"/> is not called.</returns>
    public bool BeginMember(ref MemberReadState state)
    {
        if (state.Left == 0)
        {
            return false;
        }

        // The length is read where it stands; it was checked before, so this ends where the next one begins.
        var position = _position;
        _position = state.LengthAt;
        var length = ReadVarInt();
        state.LengthAt = _position;
        state.Left--;
        _position = position;
        state.MemberEnd = position + length;
        return length > 0;
    }

    /// <summary>Ends a member of a version-tolerant object and checks that it took the bytes that it said.</summary>
    /// <param name="state">The result of <see cref="BeginMembers"/>.</param>
    /// <exception cref="PayloadException">It took more or fewer.</exception>
    public readonly void EndMember(ref MemberReadState state)
    {
        if (_position != state.MemberEnd)
        {
            PayloadThrow.Invalid($"A member ends {Math.Abs((long)_position - state.MemberEnd)} bytes off from where it should.");
        }
    }

    /// <summary>Moves on over the next member, which this side does not know.</summary>
    /// <param name="state">The result of <see cref="BeginMembers"/>.</param>
    public void SkipMember(ref MemberReadState state)
    {
        if (BeginMember(ref state))
        {
            Skip(state.MemberEnd - _position);
        }
    }

    /// <summary>Ends a version-tolerant object: moves on over all members that are left.</summary>
    /// <param name="state">The result of <see cref="BeginMembers"/>.</param>
    public void EndMembers(ref MemberReadState state)
    {
        while (state.Left > 0)
        {
            SkipMember(ref state);
        }
    }

    private long ReadVarInt64()
    {
        var code = ReadUnmanaged<sbyte>();
        switch (code)
        {
            case >= PayloadVarInt.MinLiteral:
                return code;
            case PayloadVarInt.UInt8:
                return ReadUnmanaged<byte>();
            case PayloadVarInt.Int8:
                return ReadUnmanaged<sbyte>();
            case PayloadVarInt.UInt16:
                return ReadUnmanaged<ushort>();
            case PayloadVarInt.Int16:
                return ReadUnmanaged<short>();
            case PayloadVarInt.UInt32:
                return ReadUnmanaged<uint>();
            case PayloadVarInt.Int32:
                return ReadUnmanaged<int>();
            case PayloadVarInt.UInt64:
                var value = ReadUnmanaged<ulong>();
                return value <= long.MaxValue ? (long)value : long.MaxValue;
            default:
                return ReadUnmanaged<long>();
        }
    }
}
