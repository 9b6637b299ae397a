using System.Buffers;
using System.Buffers.Binary;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message of which some units have arrived. It takes memory as they come, in blocks, whatever length was claimed. Pooled.</summary>
internal sealed class Reassembly
{
    /// <summary>Bytes of a block: units in the order of their arrival, and which they are at its end.</summary>
    internal const int BlockSize = 2048;

    private const int UnitsInBlock = 7;
    private const int NumbersAt = UnitsInBlock * MessageFormat.UnitSize;

    private readonly List<byte[]> _blocks = [];

    // A bit a unit. Sized by the claimed length, which the peer's credit covers: 469 bytes for each megabyte of it.
    private ulong[] _has = [];
    private int _arrived;
    private int _count;

    internal int Length { get; private set; }

    internal bool IsComplete => _arrived == _count;

    /// <summary>Bytes that are kept for it of what the connection may hold.</summary>
    internal long Reserved { get; set; }

    /// <summary>Bytes of the blocks that are charged to what all connections may hold.</summary>
    internal long Charged { get; set; }

    /// <summary>Bytes of the blocks that were taken in its turn.</summary>
    internal long Extra { get; set; }

    /// <summary>Bytes of the blocks that a message of this length takes, at most.</summary>
    internal static long CostOf(int length) => (MessageFormat.Units(length) + UnitsInBlock - 1L) / UnitsInBlock * BlockSize;

    /// <summary>Bytes of a run of units of a message of this length; -1 when there is no such run.</summary>
    internal static int SizeOf(long length, long first, long count)
    {
        var offset = first * MessageFormat.UnitSize;
        var lastOffset = offset + ((count - 1) * MessageFormat.UnitSize);
        return count <= 0 || offset < 0 || lastOffset >= length ? -1 : (int)Math.Min(count * MessageFormat.UnitSize, length - offset);
    }

    internal void Begin(int length)
    {
        Length = length;
        _count = MessageFormat.Units(length);
        var words = (_count + 63) / 64;
        if (_has.Length < words)
        {
            _has = new ulong[words];
        }
    }

    /// <summary>Bytes of the blocks that a run needs beside those that are there.</summary>
    internal long CostOfMore(int first, int count)
    {
        var arrived = _arrived;
        for (var unit = first; unit < first + count; unit++)
        {
            arrived += Has(unit) ? 0 : 1;
        }

        return (((arrived + UnitsInBlock - 1L) / UnitsInBlock) - _blocks.Count) * BlockSize;
    }

    internal void Add(int first, ReadOnlySpan<byte> bytes)
    {
        for (var unit = first; !bytes.IsEmpty; unit++)
        {
            var size = Math.Min(MessageFormat.UnitSize, bytes.Length);
            if (!Has(unit))
            {
                Store(unit, bytes[..size]);
            }

            bytes = bytes[size..];
        }
    }

    /// <summary>The whole message, in a rented buffer.</summary>
    internal byte[] Assemble()
    {
        var message = MessageBuffers.Rent(Length);
        for (var i = 0; i < _arrived; i++)
        {
            var block = _blocks[i / UnitsInBlock];
            var place = i % UnitsInBlock;
            var at = UnitAt(block, place) * MessageFormat.UnitSize;
            block.AsSpan(place * MessageFormat.UnitSize, Math.Min(MessageFormat.UnitSize, Length - at)).CopyTo(message.AsSpan(at));
        }

        return message;
    }

    /// <summary>Gives the memory back, and this to the pool.</summary>
    internal void Free()
    {
        foreach (var block in _blocks)
        {
            MessageBuffers.Return(block);
        }

        _blocks.Clear();
        if (_has.Length > 16)
        {
            _has = [];
        }

        Array.Clear(_has, 0, _has.Length);
        (_arrived, Reserved, Charged, Extra) = (0, 0, 0, 0);
        SharedPool<Reassembly>.Return(this);
    }

    private static int UnitAt(byte[] block, int place) => BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(NumbersAt + (place * sizeof(int))));

    private bool Has(int unit) => (_has[unit >> 6] & (1UL << (unit & 63))) != 0;

    private void Store(int unit, ReadOnlySpan<byte> bytes)
    {
        var place = _arrived % UnitsInBlock;
        if (place == 0)
        {
            _blocks.Add(MessageBuffers.Rent(BlockSize));
        }

        var block = _blocks[^1];
        bytes.CopyTo(block.AsSpan(place * MessageFormat.UnitSize));
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(NumbersAt + (place * sizeof(int))), unit);
        _has[unit >> 6] |= 1UL << (unit & 63);
        _arrived++;
    }
}
