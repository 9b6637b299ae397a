using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Serialization;

/// <summary>Reads the primitives of the MemoryPack format from bytes that nobody vouches for.</summary>
/// <remarks>A <c>ref struct</c> that is passed by reference. Every method checks what it reads against the bytes that are left before it
/// allocates, and throws <see cref="PayloadException"/> for whatever does not fit; the position never moves backwards.</remarks>
public ref partial struct PayloadReader
{
    private readonly ReadOnlySpan<byte> _span;
    private int _position;
    private int _depth;

    // Created by the first object of a circular type: nobody else pays.
    private Dictionary<uint, object>? _references;

    /// <summary>Creates a reader at the start of a payload.</summary>
    /// <param name="payload">The bytes; they must not change while they are read.</param>
    public PayloadReader(ReadOnlySpan<byte> payload)
    {
        _span = payload;
        _position = 0;
        _depth = 0;
        _references = null;
    }

    /// <summary>How many bytes have been read.</summary>
    public readonly int Consumed => _position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _span.Length - _position;

    /// <summary>The bytes that are left.</summary>
    public readonly ReadOnlySpan<byte> RemainingSpan => _span.Slice(_position);

    /// <summary>Enters a nested value; call <see cref="Leave"/> after it.</summary>
    /// <exception cref="PayloadException">Nesting is deeper than <see cref="PayloadWriter.MaxDepth"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (++_depth > PayloadWriter.MaxDepth)
        {
            PayloadThrow.TooDeep();
        }
    }

    /// <summary>Leaves a nested value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => _depth--;

    /// <summary>Reads the memory of a value.</summary>
    /// <typeparam name="T">An unmanaged type every bit pattern of which is valid.</typeparam>
    /// <returns>The value.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ReadUnmanaged<T>()
        where T : unmanaged
    {
        if (_span.Length - _position < Unsafe.SizeOf<T>())
        {
            PayloadThrow.EndOfData(Unsafe.SizeOf<T>(), Remaining);
        }

        var value = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), _position));
        _position += Unsafe.SizeOf<T>();
        return value;
    }

    /// <summary>Reads one byte.</summary>
    /// <returns>The byte.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte() => ReadUnmanaged<byte>();

    /// <summary>Reads a boolean; every byte but 0 is true.</summary>
    /// <returns>The value, 0 or 1 in memory.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ReadBoolean() => ReadUnmanaged<byte>() != 0;

    /// <summary>Looks at the next byte without moving.</summary>
    /// <returns>The byte.</returns>
    public readonly byte PeekByte()
    {
        if (_position >= _span.Length)
        {
            PayloadThrow.EndOfData(1, 0);
        }

        return _span[_position];
    }

    /// <summary>Reads raw bytes.</summary>
    /// <param name="count">How many, 0 or more.</param>
    /// <returns>A view of the payload.</returns>
    public ReadOnlySpan<byte> ReadRaw(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            PayloadThrow.EndOfData(count, Remaining);
        }

        var bytes = _span.Slice(_position, count);
        _position += count;
        return bytes;
    }

    /// <summary>Moves on over bytes.</summary>
    /// <param name="count">How many, 0 or more.</param>
    public void Skip(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            PayloadThrow.EndOfData(count, Remaining);
        }

        _position += count;
    }

    /// <summary>Reads an object's member count.</summary>
    /// <param name="memberCount">0 to 249 when the result is true.</param>
    /// <returns>False for null.</returns>
    /// <exception cref="PayloadException">The byte is one of the reserved codes 250 to 254.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadObjectHeader(out byte memberCount)
    {
        memberCount = ReadUnmanaged<byte>();
        if (memberCount > PayloadCode.MaxMembers)
        {
            if (memberCount != PayloadCode.NullObject)
            {
                PayloadThrow.BadCode(memberCount, "an object");
            }

            return false;
        }

        return true;
    }

    /// <summary>Reads a collection's length and checks that so many elements can be there.</summary>
    /// <param name="minElementSize">The fewest bytes that an element takes, 1 or more.</param>
    /// <param name="length">The number of elements, 0 when the collection is null.</param>
    /// <returns>False for null.</returns>
    /// <exception cref="PayloadException">The length is below -1, or more elements than can be in the bytes left.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadCollectionHeader(int minElementSize, out int length)
    {
        length = ReadUnmanaged<int>();
        if ((long)(uint)length * minElementSize <= Remaining)
        {
            return true;
        }

        if (length != PayloadCode.NullCollection)
        {
            PayloadThrow.BadLength(length, Remaining);
        }

        length = 0;
        return false;
    }

    /// <summary>Throws for an object that has more members than its type here knows.</summary>
    /// <param name="count">The members in the payload.</param>
    /// <param name="known">The members of the type.</param>
    /// <exception cref="PayloadException">Always.</exception>
    public static void ThrowMemberCount(int count, int known) => PayloadThrow.BadMemberCount(count, known);

    /// <summary>Reads a string in either form, UTF-8 or UTF-16.</summary>
    /// <returns>The string, or null.</returns>
    /// <exception cref="PayloadException">The length does not fit the bytes left, or the bytes are not valid UTF-8 of the length given.</exception>
    public string? ReadString() => PayloadString.Read(ref this);
}
