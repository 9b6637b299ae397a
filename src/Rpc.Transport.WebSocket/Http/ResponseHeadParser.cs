namespace Rpc.Transport.WebSockets.Http;

/// <summary>Parses the heads of HTTP/1.x responses as their bytes arrive, up to the first that is no interim one (RFC 9110 section 15.2).</summary>
/// <remarks>RFC 9112 sections 4 (status line) and 5 (fields). A line may end in LF alone, as some servers' do. Each byte is looked at once.</remarks>
internal sealed class ResponseHeadParser
{
    /// <summary>The most bytes of all heads together.</summary>
    public const int MaxSize = 16 * 1024;

    private const int SwitchingProtocols = 101;

    private int _lineStart;
    private int _scanned;

    /// <summary>The head, once <see cref="Parse"/> returned true without an <see cref="Error"/>; before, what there is of one.</summary>
    public ResponseHead? Head { get; private set; }

    /// <summary>The number of bytes up to and with the empty line, once <see cref="Parse"/> returned true.</summary>
    public int Length { get; private set; }

    /// <summary>What is wrong with the answer, or null so far.</summary>
    public string? Error { get; private set; }

    /// <summary>Looks at the bytes that have arrived.</summary>
    /// <param name="received">Everything received so far; what was given before must stand at its start.</param>
    /// <returns>True when the head is complete or wrong, false when more bytes are needed.</returns>
    public bool Parse(ReadOnlySpan<byte> received)
    {
        while (Error is null)
        {
            var newline = received[_scanned..].IndexOf((byte)'\n');
            if (newline < 0)
            {
                _scanned = received.Length;
                Error = received.Length >= MaxSize ? $"The head of the answer has more than {MaxSize} bytes." : null;
                return Error is not null;
            }

            var line = received[_lineStart..(_scanned + newline)];
            _lineStart = _scanned = _scanned + newline + 1;
            if (_scanned > MaxSize)
            {
                Error = $"The head of the answer has more than {MaxSize} bytes.";
            }
            else if (IsHead(line is [.., (byte)'\r'] ? line[..^1] : line))
            {
                Length = _scanned;
                return true;
            }
        }

        return true;
    }

    // Takes a line; true when it is the end of the head that counts.
    private bool IsHead(ReadOnlySpan<byte> line)
    {
        if (Head is null)
        {
            ParseStatusLine(line);
            return false;
        }

        if (line.IsEmpty)
        {
            var isInterim = Head.Status is < 200 and not SwitchingProtocols;
            Head = isInterim ? null : Head;
            return !isInterim;
        }

        Error = HeaderLine.Parse(line, out var name, out var value);
        if (Error is null)
        {
            Head.Add(name, value);
        }

        return false;
    }

    private void ParseStatusLine(ReadOnlySpan<byte> line)
    {
        // "HTTP/1.1 101 Switching Protocols"; the reason may be missing, and its space with it.
        var isHttp = line.Length >= 12 && line.StartsWith("HTTP/1."u8) && IsDigit(line[7]) && line[8] == ' '
            && line[9] is >= (byte)'1' and <= (byte)'9' && IsDigit(line[10]) && IsDigit(line[11]) && (line.Length == 12 || line[12] == ' ');
        if (isHttp)
        {
            Head = new ResponseHead { Status = ((line[9] - '0') * 100) + ((line[10] - '0') * 10) + line[11] - '0' };
        }
        else
        {
            Error = "The answer is not one of HTTP/1.1.";
        }
    }

    private static bool IsDigit(byte b) => b is >= (byte)'0' and <= (byte)'9';
}
