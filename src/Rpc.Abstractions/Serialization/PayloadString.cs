using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
#if NET8_0_OR_GREATER
using System.Text.Unicode;
#endif

namespace Rpc.Serialization;

/// <summary>Writes strings in the UTF-8 form of the MemoryPack format, and reads both forms.</summary>
internal static class PayloadString
{
    /// <summary>i32 ~byteCount, i32 utf16Length.</summary>
    private const int Utf8HeaderSize = 8;

    /// <summary>Three bytes a UTF-16 unit is the most that UTF-8 takes.</summary>
    private const int MostBytesPerChar = 3;

    /// <summary>Longer strings are counted first instead of reserving the most that they could take.</summary>
    private const int CountFirst = 64 * 1024;

    public static void Write(ref PayloadWriter writer, string? value)
    {
        if (value is null)
        {
            writer.WriteNullCollectionHeader();
            return;
        }

        if (value.Length == 0)
        {
            writer.WriteCollectionHeader(0);
            return;
        }

        // A string is only counted when the most that it could take does not fit: the count costs a pass, and reserving too much would
        // refuse a payload that is within its limit.
        if (value.Length > CountFirst || !writer.HasRoom((value.Length * MostBytesPerChar) + Utf8HeaderSize))
        {
            writer.GetSpan(checked(Utf8.GetByteCount(value) + Utf8HeaderSize));
        }

        var span = writer.GetSpan(Utf8HeaderSize);
        var written = Utf8.Encode(value, span.Slice(Utf8HeaderSize));
        Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(span), ~written);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(span), sizeof(int)), value.Length);
        writer.Advance(written + Utf8HeaderSize);
    }

    public static string? Read(ref PayloadReader reader)
    {
        var length = reader.ReadUnmanaged<int>();
        if (length >= 0)
        {
            return length == 0 ? string.Empty : new string(ReadUtf16(ref reader, length));
        }

        return length == PayloadCode.NullCollection ? null : ReadUtf8(ref reader, ~length);
    }

    /// <summary>The characters of the UTF-16 form, behind its length.</summary>
    public static ReadOnlySpan<char> ReadUtf16(ref PayloadReader reader, int charCount)
    {
        if ((uint)charCount > (uint)reader.Remaining / sizeof(char))
        {
            PayloadThrow.BadLength(charCount, reader.Remaining);
        }

        return MemoryMarshal.Cast<byte, char>(reader.ReadRaw(charCount * sizeof(char)));
    }

    private static string ReadUtf8(ref PayloadReader reader, int byteCount)
    {
        var utf16Length = reader.ReadUnmanaged<int>();
        if (byteCount > reader.Remaining)
        {
            PayloadThrow.BadLength(byteCount, reader.Remaining);
        }

        var bytes = reader.ReadRaw(byteCount);
        if (utf16Length <= 0)
        {
            // The writer did not say: lenient, invalid bytes become U+FFFD.
            return Encoding.UTF8.GetString(bytes);
        }

        // No byte makes more than one UTF-16 unit. MemoryPack pads a longer string with U+0000, up to three times the bytes that are left; here
        // the string's own bytes are the measure, so that many such strings cannot grow with the square of the payload.
        if (utf16Length > MostBytesPerChar * ((long)byteCount + 1))
        {
            PayloadThrow.BadLength(utf16Length, byteCount);
        }

        // Written in place: the string is new, all U+0000, and nobody else has seen it yet.
        var text = new string('\0', utf16Length);
        Utf8.Decode(bytes, MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(text.AsSpan()), utf16Length));
        return text;
    }

    /// <summary>Strict UTF-8: what it cannot express, and what is not UTF-8, is a <see cref="PayloadException"/>.</summary>
    private static class Utf8
    {
#if NET8_0_OR_GREATER
        public static int GetByteCount(string value) => Encoding.UTF8.GetByteCount(value);

        public static int Encode(string value, Span<byte> destination)
        {
            var status = System.Text.Unicode.Utf8.FromUtf16(value, destination, out _, out var written, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                PayloadThrow.LoneSurrogate();
            }

            return written;
        }

        public static void Decode(ReadOnlySpan<byte> bytes, Span<char> destination)
        {
            var status = System.Text.Unicode.Utf8.ToUtf16(bytes, destination, out _, out _, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
            {
                PayloadThrow.Invalid("A string is not valid UTF-8 of the length given.");
            }
        }
#else
        private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public static int GetByteCount(string value) => Encoding.UTF8.GetByteCount(value);

        public static int Encode(string value, Span<byte> destination)
        {
            try
            {
                return s_strict.GetBytes(value.AsSpan(), destination);
            }
            catch (EncoderFallbackException e)
            {
                PayloadThrow.LoneSurrogate(e);
                return 0;
            }
        }

        public static void Decode(ReadOnlySpan<byte> bytes, Span<char> destination)
        {
            try
            {
                s_strict.GetChars(bytes, destination);
            }
            catch (ArgumentException e)
            {
                PayloadThrow.Invalid("A string is not valid UTF-8 of the length given.", e);
            }
        }
#endif
    }
}
