using System.Buffers;

namespace Rpc.Buffers;

/// <summary>A growing, contiguous, pooled byte buffer that one payload is written into.</summary>
/// <remarks>
/// Rented with <see cref="Rent"/> and given back with <see cref="Return"/>. One instance a thread is kept warm, so that renting
/// costs a thread-static read; a nested rental (a serializer that itself makes a call) gets another instance. Not thread safe.
/// A buffer that is never returned, because a serializer threw, is simply collected.
/// </remarks>
public sealed class PayloadBuffer : IBufferWriter<byte>
{
    /// <summary>Arrays up to this size (bytes) stay with the thread that used them; larger ones go back to the shared pool.</summary>
    private const int KeptSize = 16 * 1024;

    private const int InitialSize = 512;

    [ThreadStatic]
    private static PayloadBuffer? t_cached;

    private byte[] _array = [];
    private int _length;
    private int _maxLength;

    private PayloadBuffer()
    {
    }

    /// <summary>Takes a buffer, empty.</summary>
    /// <param name="maxLength">The most bytes that it may hold; growing beyond throws <see cref="PayloadTooLargeException"/>.</param>
    /// <returns>A buffer for the caller alone.</returns>
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

        buffer._length = 0;
        buffer._maxLength = maxLength;
        return buffer;
    }

    /// <summary>The number of bytes written.</summary>
    public int Length => _length;

    /// <summary>The bytes written so far; valid until the next write or <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _length);

    /// <summary>The bytes written so far; valid until the next write or <see cref="Return"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    /// <summary>Gives the buffer back; nothing got from it may be used afterwards.</summary>
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
    /// <returns>The array, whose first <see cref="Length"/> bytes are the payload.</returns>
    public byte[] Detach()
    {
        var array = _array;
        _array = [];
        _length = 0;
        t_cached ??= this;
        return array;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative or more than was handed out.</exception>
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_array.Length - _length))
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return _array.AsSpan(_length);
    }

    /// <summary>The whole array, for a writer that keeps its own position; see <see cref="Serialization.PayloadWriter"/>.</summary>
    internal byte[] Array => _array;

    /// <summary>Sets the number of bytes written; a writer that keeps its own position commits it so.</summary>
    internal void SetLength(int length) => _length = length;

    private void EnsureFree(int sizeHint)
    {
        if (sizeHint < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sizeHint));
        }

        var needed = Math.Max(sizeHint, 1);
        if (_array.Length - _length < needed)
        {
            Grow(needed);
        }
    }

    private void Grow(int needed)
    {
        var required = (long)_length + needed;
        if (required > _maxLength)
        {
            throw new PayloadTooLargeException(required, _maxLength);
        }

        var doubled = Math.Min(Math.Max((long)_array.Length * 2, InitialSize), _maxLength);
        var grown = ArrayPool<byte>.Shared.Rent((int)Math.Max(required, doubled));
        _array.AsSpan(0, _length).CopyTo(grown);
        if (_array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }

        _array = grown;
    }
}
