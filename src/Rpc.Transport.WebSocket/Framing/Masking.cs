using System.Numerics;
using System.Runtime.InteropServices;

namespace Rpc.Transport.WebSockets.Framing;

/// <summary>The masking of payloads (RFC 6455 section 5.3): each byte is combined with one of four, which undoes itself.</summary>
internal static class Masking
{
    /// <summary>Copies bytes and masks, or unmasks, them on the way.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="destination">Where to, as long at least. May overlap the source if it does not begin behind it.</param>
    /// <param name="mask">The mask, the byte for the first of them lowest.</param>
    /// <returns>The mask for the bytes that follow.</returns>
    public static uint Copy(ReadOnlySpan<byte> source, Span<byte> destination, uint mask)
    {
        destination = destination[..source.Length];
        var rest = source.Length & 3;

        // Each round reads all that it takes before it writes: what it overwrites was read by it or before it.
        if (Vector.IsHardwareAccelerated && source.Length >= 2 * Vector<byte>.Count)
        {
            var vector = Vector.AsVectorByte(new Vector<uint>(LittleEndian(mask)));
            do
            {
                var one = MemoryMarshal.Read<Vector<byte>>(source) ^ vector;
                var two = MemoryMarshal.Read<Vector<byte>>(source[Vector<byte>.Count..]) ^ vector;
                Write(destination, one);
                Write(destination[Vector<byte>.Count..], two);
                source = source[(2 * Vector<byte>.Count)..];
                destination = destination[(2 * Vector<byte>.Count)..];
            }
            while (source.Length >= 2 * Vector<byte>.Count);
        }

        var pair = LittleEndian(mask) | ((ulong)LittleEndian(mask) << 32);
        while (source.Length >= sizeof(ulong))
        {
            Write(destination, MemoryMarshal.Read<ulong>(source) ^ pair);
            source = source[sizeof(ulong)..];
            destination = destination[sizeof(ulong)..];
        }

        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (byte)(source[i] ^ (mask >> (8 * (i & 3))));
        }

        return rest == 0 ? mask : (mask >> (8 * rest)) | (mask << (32 - (8 * rest)));
    }

    // What is combined with bytes as they lie in memory must lie there the same way.
    private static uint LittleEndian(uint mask) => BitConverter.IsLittleEndian ? mask : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(mask);

#if NET
    private static void Write<T>(Span<byte> destination, T value)
        where T : struct => MemoryMarshal.Write(destination, in value);
#else
    private static void Write<T>(Span<byte> destination, T value)
        where T : struct => MemoryMarshal.Write(destination, ref value);
#endif
}
