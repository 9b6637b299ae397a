using System.Buffers.Binary;

namespace Rpc.Transport.WebSockets.Framing;

/// <summary>The header of a frame (RFC 6455 section 5.2).</summary>
internal readonly struct FrameHeader
{
    /// <summary>The longest header: two bytes, eight of length, four of mask.</summary>
    public const int MaxSize = 14;

    /// <summary>The most bytes of payload that a control frame may have (section 5.5).</summary>
    public const int MaxControlPayload = 125;

    private const int FinalBit = 0x80;
    private const int ReservedBits = 0x70;
    private const int OpcodeBits = 0x0F;
    private const int MaskBit = 0x80;
    private const int Length16 = 126;
    private const int Length64 = 127;
    private const int MaskSize = 4;

    public FrameHeader(Opcode opcode, bool isFinal, long length, uint mask)
    {
        Opcode = opcode;
        IsFinal = isFinal;
        Length = length;
        Mask = mask;
    }

    public Opcode Opcode { get; }

    /// <summary>Whether the frame is the last of its message.</summary>
    public bool IsFinal { get; }

    /// <summary>Bytes of payload.</summary>
    public long Length { get; }

    /// <summary>The mask, its first byte lowest; 0 where there is none.</summary>
    public uint Mask { get; }

    public static bool IsControl(Opcode opcode) => opcode >= Opcode.Close;

    /// <summary>The size of the header of a frame.</summary>
    public static int SizeOf(int payload, bool isMasked) =>
        2 + (payload < Length16 ? 0 : payload <= ushort.MaxValue ? 2 : 8) + (isMasked ? MaskSize : 0);

    /// <summary>Reads a header. What is wrong is found as early as it can be: the first two bytes are enough for most.</summary>
    /// <param name="bytes">What there is of the frame.</param>
    /// <param name="isMasked">Whether frames of this direction must be masked, or must not be (section 5.1).</param>
    /// <param name="header">The header.</param>
    /// <param name="violation">What is wrong with it, or null.</param>
    /// <returns>The size of the header; 0 when it is wrong, or when more bytes are needed.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, bool isMasked, out FrameHeader header, out FrameViolation? violation)
    {
        header = default;
        violation = null;
        if (bytes.Length < 2)
        {
            violation = bytes.IsEmpty ? null : CheckFirst(bytes[0]);
            return 0;
        }

        int first = bytes[0];
        int second = bytes[1];
        violation = CheckFirst(first) ?? CheckSecond(first, second, isMasked);
        if (violation is not null)
        {
            return 0;
        }

        long length = second & ~MaskBit;
        var size = 2 + (length < Length16 ? 0 : length == Length16 ? 2 : 8);
        var end = size + (isMasked ? MaskSize : 0);
        if (bytes.Length < size)
        {
            return 0;
        }

        if (length == Length16)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            violation = length < Length16 ? FrameViolation.LengthNotMinimal : null;
        }
        else if (length == Length64)
        {
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
            violation = length < 0 ? FrameViolation.LengthTooLarge : length <= ushort.MaxValue ? FrameViolation.LengthNotMinimal : null;
        }

        if (violation is not null || bytes.Length < end)
        {
            return 0;
        }

        var mask = isMasked ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[size..]) : 0;
        header = new FrameHeader((Opcode)(first & OpcodeBits), (first & FinalBit) != 0, length, mask);
        return end;
    }

    /// <summary>Writes the header of an unfragmented frame.</summary>
    /// <param name="bytes">Where to, of <see cref="SizeOf"/> bytes at least.</param>
    /// <param name="opcode">What the frame is.</param>
    /// <param name="length">Bytes of payload.</param>
    /// <param name="mask">The mask, its first byte lowest; null for none.</param>
    /// <returns>The size of the header.</returns>
    public static int Write(Span<byte> bytes, Opcode opcode, int length, uint? mask)
    {
        var maskBit = mask is null ? 0 : MaskBit;
        bytes[0] = (byte)(FinalBit | (int)opcode);
        var size = 2;
        if (length < Length16)
        {
            bytes[1] = (byte)(maskBit | length);
        }
        else if (length <= ushort.MaxValue)
        {
            bytes[1] = (byte)(maskBit | Length16);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)length);
            size = 4;
        }
        else
        {
            bytes[1] = (byte)(maskBit | Length64);
            BinaryPrimitives.WriteInt64BigEndian(bytes[2..], length);
            size = 10;
        }

        if (mask is { } key)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[size..], key);
            size += MaskSize;
        }

        return size;
    }

    private static FrameViolation? CheckFirst(int first)
    {
        if ((first & ReservedBits) != 0)
        {
            return FrameViolation.ReservedBits;
        }

        var opcode = (Opcode)(first & OpcodeBits);
        return opcode is > Opcode.Binary and < Opcode.Close or > Opcode.Pong ? FrameViolation.UnknownOpcode
            : opcode == Opcode.Text ? FrameViolation.Text
            : IsControl(opcode) && (first & FinalBit) == 0 ? FrameViolation.FragmentedControl
            : null;
    }

    private static FrameViolation? CheckSecond(int first, int second, bool isMasked)
    {
        if ((second & MaskBit) != 0 != isMasked)
        {
            return isMasked ? FrameViolation.NotMasked : FrameViolation.Masked;
        }

        return IsControl((Opcode)(first & OpcodeBits)) && (second & ~MaskBit) > MaxControlPayload ? FrameViolation.LongControl : null;
    }
}
