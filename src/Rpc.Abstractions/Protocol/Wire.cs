using System.Text;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>The wire's own primitives beside the payload's: 24-bit call ids, LEB128 integers, short texts.</summary>
internal static class Wire
{
    /// <summary>Bytes of a call id.</summary>
    public const int CallIdSize = 3;

    /// <summary>The highest reason that this version knows.</summary>
    public const RpcCloseReason LastCloseReason = RpcCloseReason.CredentialsExpired;

    public static void WriteCallId(Span<byte> destination, int callId)
    {
        destination[0] = (byte)callId;
        destination[1] = (byte)(callId >> 8);
        destination[2] = (byte)(callId >> 16);
    }

    public static int ReadCallId(ReadOnlySpan<byte> source) => source[0] | (source[1] << 8) | (source[2] << 16);

    public static void WriteLeb128(this ref PayloadWriter writer, uint value)
    {
        while (value >= 0x80)
        {
            writer.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        writer.WriteByte((byte)value);
    }

    public static uint ReadLeb128(this ref PayloadReader reader)
    {
        var value = 0u;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = reader.ReadByte();
            if (shift == 28 && b > 0x0F)
            {
                break;
            }

            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new PayloadException("An integer takes more than 32 bits.");
    }

    /// <summary>Writes a text: its length in UTF-8 bytes as LEB128, then the bytes. Lone surrogates become U+FFFD.</summary>
    public static void WriteText(this ref PayloadWriter writer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        writer.WriteLeb128((uint)length);
        var written = Encoding.UTF8.GetBytes(text.AsSpan(), writer.GetSpan(length));
        writer.Advance(written);
    }

    /// <summary>Reads a text; invalid UTF-8 becomes U+FFFD.</summary>
    public static string ReadText(this ref PayloadReader reader) => Encoding.UTF8.GetString(reader.ReadBytes());

    /// <summary>Reads bytes with their length before them.</summary>
    public static ReadOnlySpan<byte> ReadBytes(this ref PayloadReader reader)
    {
        var length = reader.ReadLeb128();
        return reader.ReadRaw((int)Math.Min(length, int.MaxValue));
    }

    /// <summary>Cuts a text that is to travel in a frame of its own to a length that no limit of the peer can object to.</summary>
    public static string Cut(string text, int maxChars = 1024) => text.Length <= maxChars ? text : new string(text.AsSpan(0, maxChars)) + "…";
}
