using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Rpc.Buffers;

namespace Rpc.Serialization;

/// <summary>Writes the primitives of the MemoryPack format, little-endian, into a <see cref="PayloadBuffer"/>.</summary>
/// <remarks>A <c>ref struct</c> that is passed by reference and lives on one stack. <see cref="Commit"/> makes what was written visible
/// in <see cref="Buffer"/>.</remarks>
public ref partial struct PayloadWriter
{
    /// <summary>The deepest nesting of objects and collections that is written or read: the writer's limit in MemoryPack 1.21.</summary>
    public const int MaxDepth = 1000;

    private readonly PayloadBuffer _buffer;
    private Span<byte> _span;
    private int _position;
    private int _depth;

    // Created by the first object of a circular type: nobody else pays.
    private Dictionary<object, uint>? _references;

    /// <summary>Creates a writer that appends to a buffer.</summary>
    /// <param name="buffer">The buffer; it must not be used by others until <see cref="Commit"/>.</param>
    public PayloadWriter(PayloadBuffer buffer)
    {
        _buffer = buffer;
        _span = buffer.Room;
        _position = buffer.End;
        _depth = 0;
        _references = null;
    }

    /// <summary>The buffer behind the writer; its length is current after <see cref="Commit"/>.</summary>
    public readonly PayloadBuffer Buffer => _buffer;

    /// <summary>The position in <see cref="Buffer"/>: how many bytes it will hold once committed.</summary>
    public readonly int Position => _position - PayloadBuffer.Headroom;

    /// <summary>Makes all bytes written so far visible in <see cref="Buffer"/>.</summary>
    public readonly void Commit() => _buffer.End = _position;

    /// <summary>Picks up what others appended to <see cref="Buffer"/> since <see cref="Commit"/>.</summary>
    public void Reload()
    {
        _span = _buffer.Room;
        _position = _buffer.End;
    }

    /// <summary>Enters a nested value; call <see cref="Leave"/> after it.</summary>
    /// <exception cref="PayloadException">Nesting is deeper than <see cref="MaxDepth"/>: a cycle, most likely.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            PayloadThrow.TooDeep();
        }
    }

    /// <summary>Leaves a nested value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => _depth--;

    /// <summary>Hands out at least <paramref name="size"/> bytes at the current position; follow with <see cref="Advance"/>.</summary>
    /// <param name="size">The bytes needed, 0 or more.</param>
    /// <returns>All bytes that are free.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int size)
    {
        if (_span.Length - _position < size)
        {
            Grow(size);
        }

        return _span.Slice(_position);
    }

    /// <summary>Moves on over bytes that were filled in the span of <see cref="GetSpan"/>.</summary>
    /// <param name="count">How many; no more than were handed out.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than was handed out.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        // Everything else trusts the position to lie within the span.
        if ((uint)count > (uint)(_span.Length - _position))
        {
            PayloadThrow.BadAdvance();
        }

        _position += count;
    }

    /// <summary>Writes the memory of a value. The type must have no padding (or its padding be zero) and no reference.</summary>
    /// <typeparam name="T">An unmanaged type.</typeparam>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUnmanaged<T>(T value)
        where T : unmanaged
    {
        if (_span.Length - _position < Unsafe.SizeOf<T>())
        {
            Grow(Unsafe.SizeOf<T>());
        }

        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(_span), _position), value);
        _position += Unsafe.SizeOf<T>();
    }

    /// <summary>Writes one byte.</summary>
    /// <param name="value">The byte.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value) => WriteUnmanaged(value);

    /// <summary>Writes raw bytes, without a length.</summary>
    /// <param name="bytes">The bytes.</param>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        _position += bytes.Length;
    }

    /// <summary>Writes an object's member count.</summary>
    /// <param name="memberCount">0 to 249.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteObjectHeader(byte memberCount) => WriteUnmanaged(memberCount);

    /// <summary>Writes the null of objects and unions, <c>FF</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteNullObjectHeader() => WriteUnmanaged(PayloadCode.NullObject);

    /// <summary>Writes a collection's length.</summary>
    /// <param name="length">The number of elements, 0 or more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteCollectionHeader(int length) => WriteUnmanaged(length);

    /// <summary>Writes the null of collections and strings, <c>FFFFFFFF</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteNullCollectionHeader() => WriteUnmanaged(PayloadCode.NullCollection);

    /// <summary>Writes a string in the UTF-8 form: <c>i32 ~byteCount</c>, <c>i32 utf16Length</c>, bytes.</summary>
    /// <param name="value">The string; null is written as -1, the empty one as 0.</param>
    /// <exception cref="PayloadException">The string holds a lone surrogate, which UTF-8 cannot express.</exception>
    public void WriteString(string? value) => PayloadString.Write(ref this, value);

    /// <summary>The last bytes written, for those who correct them afterwards.</summary>
    internal readonly Span<byte> Last(int count) => _span.Slice(_position - count, count);

    /// <summary>Whether so many bytes can be handed out without growing.</summary>
    internal readonly bool HasRoom(int size) => _span.Length - _position >= size;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        Commit();
        _buffer.GetSpan(size);
        _span = _buffer.Room;
    }
}
