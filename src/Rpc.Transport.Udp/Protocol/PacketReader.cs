using System.Buffers.Binary;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Reads the fields of a packet. A read beyond the end gives zero and marks the packet as malformed; nothing throws.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet;

    internal bool IsMalformed { get; private set; }

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal readonly int Remaining => _rest.Length;

    internal byte Byte()
    {
        var bytes = Bytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    internal ushort UInt16()
    {
        var bytes = Bytes(2);
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    internal uint UInt24()
    {
        var bytes = Bytes(3);
        return bytes.IsEmpty ? 0 : bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16);
    }

    internal uint UInt32()
    {
        var bytes = Bytes(4);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    internal ulong UInt64()
    {
        var bytes = Bytes(8);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    internal long Variable()
    {
        if (_rest.IsEmpty)
        {
            IsMalformed = true;
            return 0;
        }

        return (_rest[0] & 3) switch
        {
            0 => Byte() >> 2,
            1 => UInt16() >> 2,
            2 => UInt32() >> 2,
            _ => (long)(UInt64() >> 2),
        };
    }

    /// <summary>Takes bytes; none, and malformed, when there are fewer.</summary>
    internal ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > _rest.Length)
        {
            IsMalformed = true;
            _rest = default;
            return default;
        }

        var bytes = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return bytes;
    }
}
