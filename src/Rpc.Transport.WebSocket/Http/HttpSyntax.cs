namespace Rpc.Transport.WebSockets.Http;

/// <summary>Character classes of HTTP/1.1 (RFC 9110 section 5.6.2, RFC 9112 section 5).</summary>
internal static class HttpSyntax
{
    private const string TokenPunctuation = "!#$%&'*+-.^_`|~";
    private const string HostPunctuation = "-._~%!$&'()*+,;=:[]";

    public static bool IsTokenChar(int c) =>
        c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' || (c is > 0x20 and < 0x7F && TokenPunctuation.Contains((char)c, StringComparison.Ordinal));

    public static bool IsToken(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (!IsTokenChar(b))
            {
                return false;
            }
        }

        return text.Length != 0;
    }

    public static bool IsToken(string text)
    {
        foreach (var c in text)
        {
            if (!IsTokenChar(c))
            {
                return false;
            }
        }

        return text.Length != 0;
    }

    /// <summary>What a host and its port consist of (RFC 3986 section 3.2.2).</summary>
    public static bool IsHostChar(int c) =>
        c is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' || (c < 0x7F && HostPunctuation.Contains((char)c, StringComparison.Ordinal));

    /// <summary>Visible characters only: what a request target consists of.</summary>
    public static bool IsVisible(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (b is <= 0x20 or >= 0x7F)
            {
                return false;
            }
        }

        return text.Length != 0;
    }

    /// <summary>What a field value may consist of: visible characters, space, tab, and bytes above ASCII.</summary>
    public static bool IsFieldValue(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (b is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return false;
            }
        }

        return true;
    }

    public static ReadOnlySpan<byte> TrimWhitespace(ReadOnlySpan<byte> text)
    {
        while (text.Length != 0 && (text[0] is (byte)' ' or (byte)'\t'))
        {
            text = text[1..];
        }

        while (text.Length != 0 && (text[^1] is (byte)' ' or (byte)'\t'))
        {
            text = text[..^1];
        }

        return text;
    }
}
