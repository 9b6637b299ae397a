using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rpc.Serialization;

/// <summary>Puts primitive fields into the raw form of a struct and takes them out, for formatters that go field by field.</summary>
public static class RawValue
{
    /// <summary>Writes the memory of a value.</summary>
    /// <typeparam name="T">An unmanaged type without padding.</typeparam>
    /// <param name="destination">The raw form.</param>
    /// <param name="offset">The offset of the field in it, in bytes.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The field does not lie within the raw form.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(Span<byte> destination, int offset, T value)
        where T : unmanaged =>
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(destination.Slice(offset, Unsafe.SizeOf<T>())), value);

    /// <summary>Reads the memory of a value.</summary>
    /// <typeparam name="T">An unmanaged type each bit pattern of which is a value.</typeparam>
    /// <param name="source">The raw form.</param>
    /// <param name="offset">The offset of the field in it, in bytes.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The field does not lie within the raw form.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(ReadOnlySpan<byte> source, int offset)
        where T : unmanaged =>
        Unsafe.ReadUnaligned<T>(ref MemoryMarshal.GetReference(source.Slice(offset, Unsafe.SizeOf<T>())));

    /// <summary>Writes a boolean as 0 or 1, whatever its memory holds.</summary>
    /// <param name="destination">The raw form.</param>
    /// <param name="offset">The offset of the field in it, in bytes.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteBoolean(Span<byte> destination, int offset, bool value) =>
        destination[offset] = value ? (byte)1 : (byte)0;

    /// <summary>Reads a boolean; every byte but 0 is true.</summary>
    /// <param name="source">The raw form.</param>
    /// <param name="offset">The offset of the field in it, in bytes.</param>
    /// <returns>The value, 0 or 1 in memory.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool ReadBoolean(ReadOnlySpan<byte> source, int offset) => source[offset] != 0;
}
