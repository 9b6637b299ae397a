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

    /// <summary>Reads the lengths of a version-tolerant object's members.</summary>
    /// <param name="lengths">Receives as many lengths as the object has members, each 0 or more.</param>
    /// <exception cref="PayloadException">A length is negative, or they are more than the bytes left.</exception>
    public void ReadMemberLengths(Span<int> lengths)
    {
        var sum = 0L;
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = ReadVarInt();
            if (lengths[i] < 0)
            {
                PayloadThrow.BadLength(lengths[i], Remaining);
            }

            sum += lengths[i];
        }

        if (sum > Remaining)
        {
            PayloadThrow.EndOfData((int)Math.Min(sum, int.MaxValue), Remaining);
        }
    }

    /// <summary>Checks that a member of a version-tolerant object took the bytes that it said.</summary>
    /// <param name="start"><see cref="Consumed"/> before the member.</param>
    /// <param name="length">The member's length from <see cref="ReadMemberLengths"/>.</param>
    /// <exception cref="PayloadException">It took more or fewer.</exception>
    public readonly void EndMember(int start, int length)
    {
        if (_position - start != length)
        {
            PayloadThrow.Invalid($"A member takes {_position - start} bytes and says {length}.");
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
