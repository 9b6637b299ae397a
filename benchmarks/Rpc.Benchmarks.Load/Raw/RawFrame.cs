using System.Buffers.Binary;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>Frames of 16 bytes: length (4), id (4), two integers.</summary>
internal static class RawFrame
{
    public const int Size = 16;

    public static void Write(Span<byte> destination, int id, int a, int b)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Size - 4);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], id);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], a);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], b);
    }

    /// <summary>Turns whole frames into their answers: the sum stands where the first integer stood.</summary>
    public static void AnswerAll(Span<byte> frames)
    {
        for (; frames.Length >= Size; frames = frames[Size..])
        {
            var sum = BinaryPrimitives.ReadInt32LittleEndian(frames[8..]) + BinaryPrimitives.ReadInt32LittleEndian(frames[12..]);
            BinaryPrimitives.WriteInt32LittleEndian(frames[8..], sum);
        }
    }

    public static byte[] Hello(RawMode mode, int argument)
    {
        var frame = new byte[Size];
        Write(frame, (int)mode, argument, 0);
        return frame;
    }

    public static RawMode Mode(ReadOnlySpan<byte> frame) => (RawMode)BinaryPrimitives.ReadInt32LittleEndian(frame[4..]);

    public static int Argument(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame[8..]);
}
