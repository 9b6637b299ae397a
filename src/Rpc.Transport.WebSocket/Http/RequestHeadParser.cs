using System.Text;

namespace Rpc.Transport.WebSockets.Http;

/// <summary>Parses the head of an HTTP/1.x request as its bytes arrive, stricter than HTTP asks: lines end in CRLF, nothing is folded, and every
/// limit is enforced on the line that is still arriving.</summary>
/// <remarks>RFC 9112 sections 2.2 (line ends), 3 (request line), 5 (field syntax, obsolete folding). Each byte is looked at once.</remarks>
internal sealed class RequestHeadParser(WebSocketListenOptions limits)
{
    private int _lineStart;
    private int _scanned;

    /// <summary>The request, once the request line has arrived.</summary>
    public RequestHead? Head { get; private set; }

    /// <summary>The number of bytes up to and with the empty line, once <see cref="Parse"/> returned true.</summary>
    public int Length { get; private set; }

    /// <summary>Why the request cannot be taken, or null so far.</summary>
    public UpgradeRefusal? Refusal { get; private set; }

    /// <summary>Looks at the bytes that have arrived.</summary>
    /// <param name="received">Everything received so far; what was given before must stand at its start.</param>
    /// <returns>True when the head is complete or refused, false when more bytes are needed.</returns>
    public bool Parse(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            var newline = received[_scanned..].IndexOf((byte)'\n');
            var lineEnd = newline < 0 ? received.Length : _scanned + newline;
            _scanned = newline < 0 ? received.Length : lineEnd + 1;
            Refusal = CheckLimits(received[_lineStart..lineEnd], _scanned, complete: newline >= 0);
            if (Refusal is not null)
            {
                return true;
            }

            if (newline < 0)
            {
                return false;
            }

            var line = received[_lineStart..lineEnd];
            if (line.Length == 0 || line[^1] != '\r')
            {
                Refusal = UpgradeRefusal.BadRequest("A line does not end in CRLF.");
                return true;
            }

            line = line[..^1];
            _lineStart = _scanned;
            if (Head is not null && line.Length == 0)
            {
                Length = _scanned;
                return true;
            }

            Refusal = Head is null ? ParseRequestLine(line) : ParseHeaderLine(line);
            if (Refusal is not null)
            {
                return true;
            }
        }
    }

    private UpgradeRefusal? CheckLimits(ReadOnlySpan<byte> line, int total, bool complete)
    {
        // Whether the last byte is half a line end is known only when the line is complete, or not a carriage return.
        var length = line.Length != 0 && line[^1] == '\r' ? line.Length - 1 : line.Length;
        if (Head is null)
        {
            if (line.Length != 0 && !HttpSyntax.IsTokenChar(line[0]))
            {
                return UpgradeRefusal.BadRequest("This is not an HTTP request.");
            }

            if (length > limits.MaxRequestLineLength)
            {
                return UpgradeRefusal.RequestLineTooLong;
            }
        }
        else if (length > limits.MaxHeaderLineLength)
        {
            return UpgradeRefusal.HeaderTooLarge("A header line is too long.");
        }

        return total > limits.MaxRequestSize || (!complete && total == limits.MaxRequestSize)
            ? UpgradeRefusal.HeaderTooLarge("The request is too large.")
            : null;
    }

    private UpgradeRefusal? ParseRequestLine(ReadOnlySpan<byte> line)
    {
        var methodEnd = line.IndexOf((byte)' ');
        var targetEnd = line.LastIndexOf((byte)' ');
        if (methodEnd <= 0 || targetEnd == methodEnd)
        {
            return UpgradeRefusal.BadRequest("The request line is malformed.");
        }

        var method = line[..methodEnd];
        var target = line[(methodEnd + 1)..targetEnd];
        var version = line[(targetEnd + 1)..];
        if (!HttpSyntax.IsToken(method) || !HttpSyntax.IsVisible(target) || version.Length != 8 || !version.StartsWith("HTTP/"u8)
            || version[5] is < (byte)'0' or > (byte)'9' || version[6] != '.' || version[7] is < (byte)'0' or > (byte)'9')
        {
            return UpgradeRefusal.BadRequest("The request line is malformed.");
        }

        Head = new RequestHead
        {
            Method = Encoding.ASCII.GetString(method),
            Target = Encoding.ASCII.GetString(target),
            Version = ((version[5] - '0') * 10) + version[7] - '0',
        };
        return null;
    }

    private UpgradeRefusal? ParseHeaderLine(ReadOnlySpan<byte> line)
    {
        if (HeaderLine.Parse(line, out var name, out var value) is { } wrong)
        {
            return UpgradeRefusal.BadRequest(wrong);
        }

        if (Head!.HeaderCount == limits.MaxHeaderCount)
        {
            return UpgradeRefusal.HeaderTooLarge("There are too many headers.");
        }

        Head.Add(name, value);
        return null;
    }
}
