using System.Text;
using Rpc.Serialization;

namespace Rpc.Protocol;

/// <summary>One name and value, as a field of a handshake or of a request's extension.</summary>
internal static class MetadataField
{
    public static void Write(ref PayloadWriter writer, uint tag, KeyValuePair<string, string> pair)
    {
        writer.WriteLeb128(tag);
        writer.WriteLeb128((uint)(TextSize(pair.Key) + TextSize(pair.Value)));
        writer.WriteText(pair.Key);
        writer.WriteText(pair.Value);
    }

    public static void Read(ref PayloadReader field, RpcMetadata metadata)
    {
        var name = field.ReadText();
        var value = field.ReadText();
        if (name.Length == 0)
        {
            throw new PayloadException("A metadata name is empty.");
        }

        metadata.Add(name, value);
    }

    /// <summary>What a pair counts beside its bytes, as in HTTP/2 (RFC 9113, section 6.5.2): otherwise a limit's worth of the shortest pairs would take twenty times its memory.</summary>
    public const int PairCost = 32;

    /// <summary>The bytes of names and values and the cost of each pair, as limits count them.</summary>
    public static int SizeOf(RpcMetadata metadata)
    {
        var size = 0L;
        foreach (var pair in metadata)
        {
            size += Encoding.UTF8.GetByteCount(pair.Key) + PairCost + (long)Encoding.UTF8.GetByteCount(pair.Value);
        }

        return (int)Math.Min(size, int.MaxValue);
    }

    private static int TextSize(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var prefix = 1;
        for (var rest = length >> 7; rest > 0; rest >>= 7)
        {
            prefix++;
        }

        return prefix + length;
    }
}
