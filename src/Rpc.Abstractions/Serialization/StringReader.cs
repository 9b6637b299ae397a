using System.Runtime.InteropServices;
using System.Text;

namespace Rpc.Serialization;

/// <summary>Reads strings in the two forms of FORMAT section 4.</summary>
internal static class StringReader
{
    public static string? Read(ref PayloadReader reader)
    {
        var length = reader.ReadUnmanaged<int>();
        if (length >= 0)
        {
            return length == 0 ? string.Empty : ReadUtf16(ref reader, length);
        }

        return length == PayloadCode.NullCollection ? null : ReadUtf8(ref reader, ~length);
    }

    private static string ReadUtf16(ref PayloadReader reader, int charCount)
    {
        if (charCount > reader.Remaining / 2)
        {
            PayloadThrow.BadLength(charCount, reader.Remaining);
        }

        return new string(MemoryMarshal.Cast<byte, char>(reader.ReadRaw(charCount * 2)));
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

        try
        {
            var text = PayloadCode.StrictUtf8.GetString(bytes);
            if (text.Length != utf16Length)
            {
                PayloadThrow.Invalid($"A string of {text.Length} characters says that it has {utf16Length}.");
            }

            return text;
        }
        catch (DecoderFallbackException e)
        {
            throw new PayloadException("A string is not valid UTF-8.", e);
        }
    }
}
