using System.Buffers;
using System.Runtime.CompilerServices;

namespace Rpc.Buffers;

/// <summary>A growing, contiguous, pooled byte buffer that one payload is written into.</summary>
/// <remarks>
/// Rented with <see cref="Rent"/> and given back with <see cref="Return"/>. One instance a thread is kept warm, so that renting
/// costs a thread-static read; a nested rental (a serializer that itself makes a call) gets another instance. Not thread safe.
/// A buffer that is never returned, because a serializer threw, is simply collected. <see cref="Headroom"/> bytes before the payload are left
/// free, so that a frame's header can be put in front without a copy.
/// </remarks>
public sealed class PayloadBuffer : IBufferWriter<byte>
{
    /// <summary>Arrays up to this size (bytes) stay with the thread that used them; larger ones go back to the shared pool.</summary>
    private const int KeptSize = 16 * 1024;

    private const int InitialSize = 512;

    /// <summary>The bytes left free before the payload: the longest header of a frame is 11 bytes, of a piece before it 8 more.</summary>
    internal const int Headroom = 24;

    [ThreadStatic]
    private static PayloadBuffer? t_cached;

    private byte[] _array = [];
    private int _end;
    private int _maxEnd;

    private PayloadBuffer()
    {
    }

    /// <summary>Takes a buffer, empty.</summary>
    /// <param name="maxLength">The most bytes that it may hold; growing beyond throws <see cref="PayloadTooLargeException"/>.</param>
    /// <returns>A buffer for the caller alone.</returns>
    // Never inlined, as Return: .NET 10.0.12 ended in an access violation where it replaced a looping method on the stack and had inlined this
    // thread-static and the array pool's into it. The call costs under a nanosecond.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static PayloadBuffer Rent(int maxLength = int.MaxValue)
    {
        var buffer = t_cached;
        if (buffer is null)
        {
            buffer = new PayloadBuffer();
        }
        else
        {
            t_cached = null;
        }

        buffer._end = Headroom;
        buffer._maxEnd = maxLength > int.MaxValue - Headroom ? int.MaxValue : maxLength + Headroom;
        if (buffer._array.Length == 0)
        {
            buffer._array = ArrayPool<byte>.Shared.Rent(InitialSize);
        }

        return buffer;
    }

    /// <summary>The number of bytes written.</summary>
    public int Length => _end - Headroom;

    /// <summary>The bytes written so far; valid until the next write or <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(Headroom, _end - Headroom);

    /// <summary>The bytes written so far; valid until the next write or <see cref="Return"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(Headroom, _end - Headroom);

    /// <summary>Gives the buffer back; nothing got from it may be used afterwards.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Return()
    {
        if (_array.Length > KeptSize)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }

        t_cached ??= this;
    }

    /// <summary>Gives the buffer back but leaves its array to the caller, who returns it to <see cref="ArrayPool{T}.Shared"/>.</summary>
    /// <returns>The array; the payload begins at <see cref="Headroom"/>.</returns>
    internal byte[] Detach()
    {
        var array = _array;
        _array = [];
        t_cached ??= this;
        return array;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than was handed out.</exception>
    public void Advance(int count)
    {
        if ((uint)count > (uint)(Capacity - _end))
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        _end += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(_end, Capacity - _end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(_end, Capacity - _end);
    }

    /// <summary>The array behind the payload, which begins at <see cref="Headroom"/>.</summary>
    internal byte[] Array => _array;

    /// <summary>As much of <see cref="Array"/> as may be filled, for a writer that keeps its own position; see
    /// <see cref="Serialization.PayloadWriter"/>.</summary>
    internal Span<byte> Room => _array.AsSpan(0, Capacity);

    /// <summary>Where the payload must end at the latest without growing: the pool hands out more than was asked for, which the limit leaves unused.</summary>
    private int Capacity => Math.Min(_array.Length, _maxEnd);

    /// <summary>The end of what was written, in <see cref="Array"/>; a writer that keeps its own position commits it here.</summary>
    internal int End
    {
        get => _end;
        set => _end = value;
    }

    private void EnsureFree(int sizeHint)
    {
        if (sizeHint < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sizeHint));
        }

        var needed = Math.Max(sizeHint, 1);
        if (Capacity - _end < needed)
        {
            Grow(needed);
        }
    }

    private void Grow(int needed)
    {
        var required = (long)_end + needed;
        if (required > _maxEnd)
        {
            throw new PayloadTooLargeException(required - Headroom, _maxEnd - Headroom);
        }

        var doubled = Math.Min(Math.Max((long)_array.Length * 2, InitialSize), _maxEnd);
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Max(required, doubled));
        _array.AsSpan(0, _end).CopyTo(grown);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = grown;
    }
}
