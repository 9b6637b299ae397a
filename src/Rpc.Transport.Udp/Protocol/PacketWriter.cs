using System.Buffers.Binary;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Writes the fields of a packet, little-endian. The caller has checked that there is room.</summary>
internal ref struct PacketWriter(Span<byte> buffer)
{
    private readonly Span<byte> _buffer = buffer;

    internal int Position { get; set; }

    internal readonly int Remaining => _buffer.Length - Position;

    internal readonly Span<byte> Written => _buffer[..Position];

    /// <summary>Bytes of a variable-length integer: RFC 9000, section 16, but little-endian.</summary>
    internal static int SizeOf(long value) => value switch
    {
        < 1 << 6 => 1,
        < 1 << 14 => 2,
        < 1 << 30 => 4,
        _ => 8,
    };

    internal void Byte(byte value) => _buffer[Position++] = value;

    internal void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[Position..], value);
        Position += 2;
    }

    internal void UInt24(uint value)
    {
        _buffer[Position] = (byte)value;
        _buffer[Position + 1] = (byte)(value >> 8);
        _buffer[Position + 2] = (byte)(value >> 16);
        Position += 3;
    }

    internal void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[Position..], value);
        Position += 4;
    }

    internal void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[Position..], value);
        Position += 8;
    }

    /// <summary>The two lowest bits of the first byte tell the size.</summary>
    internal void Variable(long value)
    {
        switch (SizeOf(value))
        {
            case 1:
                Byte((byte)(value << 2));
                break;
            case 2:
                UInt16((ushort)((value << 2) | 1));
                break;
            case 4:
                UInt32((uint)((value << 2) | 2));
                break;
            default:
                UInt64(((ulong)value << 2) | 3);
                break;
        }
    }

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Position..]);
        Position += bytes.Length;
    }
}
