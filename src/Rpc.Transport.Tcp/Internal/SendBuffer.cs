using System.Buffers;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>What was written with <c>GetMemory</c> and <c>Advance</c> and not flushed yet, in pooled arrays. Not thread safe.</summary>
internal sealed class SendBuffer
{
    private const int ChunkSize = 16 * 1024;

    private readonly List<(byte[] Array, int Length)> _chunks = [];
    private int _sent;

    /// <summary>Bytes written and not yet taken.</summary>
    internal long Length { get; private set; }

    internal Memory<byte> GetMemory(int sizeHint)
    {
        if (sizeHint < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sizeHint));
        }

        if (_chunks.Count > 0)
        {
            var (array, length) = _chunks[^1];
            if (array.Length - length >= Math.Max(sizeHint, 1))
            {
                return array.AsMemory(length);
            }
        }

        var fresh = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, ChunkSize));
        _chunks.Add((fresh, 0));
        return fresh;
    }

    internal void Advance(int count)
    {
        if (count == 0)
        {
            return;
        }

        if (count < 0 || _chunks.Count == 0 || count > _chunks[^1].Array.Length - _chunks[^1].Length)
        {
            throw new ArgumentOutOfRangeException(nameof(count), "Not more than the memory that was given.");
        }

        var (array, length) = _chunks[^1];
        _chunks[^1] = (array, length + count);
        Length += count;
    }

    /// <summary>Takes the next piece to send; it stays valid until <see cref="Clear"/>.</summary>
    /// <returns>The piece; empty when all were taken.</returns>
    internal ReadOnlyMemory<byte> Take()
    {
        while (_sent < _chunks.Count)
        {
            var (array, length) = _chunks[_sent++];
            if (length > 0)
            {
                Length -= length;
                return array.AsMemory(0, length);
            }
        }

        return default;
    }

    /// <summary>Gives back every array.</summary>
    internal void Clear()
    {
        foreach (var (array, _) in _chunks)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        _chunks.Clear();
        _sent = 0;
        Length = 0;
    }
}
