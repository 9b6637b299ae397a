using System.Text;

namespace Rpc.Transport.WebSockets.Http;

/// <summary>A header line of an HTTP/1.x message (RFC 9112 section 5).</summary>
internal static class HeaderLine
{
    // Every byte of a field value is a character of its own: nothing is lost, nothing fails.
    private static readonly Encoding s_latin1 = Encoding.GetEncoding("iso-8859-1");

    /// <summary>Parses a line that is not empty, without its line end.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Parse(ReadOnlySpan<byte> line, out string name, out string value)
    {
        name = "";
        value = "";
        if (line[0] is (byte)' ' or (byte)'\t')
        {
            return "A header line is folded.";
        }

        var colon = line.IndexOf((byte)':');
        if (colon < 0 || !HttpSyntax.IsToken(line[..colon]))
        {
            return "The name of a header is malformed.";
        }

        var trimmed = HttpSyntax.TrimWhitespace(line[(colon + 1)..]);
        if (!HttpSyntax.IsFieldValue(trimmed))
        {
            return "The value of a header has a character that is not allowed.";
        }

        name = Encoding.ASCII.GetString(line[..colon]);
        value = s_latin1.GetString(trimmed);
        return null;
    }
}
