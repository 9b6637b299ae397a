using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rpc.Transport.WebSockets.Http;

/// <summary>Writes the two answers there are: the upgrade (RFC 6455 section 4.2.2) and the refusal.</summary>
internal static class UpgradeResponse
{
    /// <summary>RFC 6455 section 1.3.</summary>
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>The value of <c>Sec-WebSocket-Accept</c> for a key (RFC 6455 section 4.2.2 point 5).</summary>
    public static string AcceptKey(string key)
    {
        Span<byte> hash = stackalloc byte[20];
        Span<byte> text = stackalloc byte[24 + 36];
        Encoding.ASCII.GetBytes(key, text);
        Encoding.ASCII.GetBytes(AcceptSuffix, text[24..]);
#pragma warning disable CA5350 // SHA-1 is what the protocol prescribes; it proves that the server speaks WebSocket and protects nothing.
#if NET
        SHA1.HashData(text, hash);
#else
        using (var sha = SHA1.Create())
        {
            sha.TryComputeHash(text, hash, out _);
        }
#endif
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    public static byte[] Accept(UpgradeRequest request)
    {
        var answer = new StringBuilder(192)
            .Append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
            .Append(AcceptKey(request.Key))
            .Append("\r\n");
        if (request.SubProtocol is not null)
        {
            answer.Append("Sec-WebSocket-Protocol: ").Append(request.SubProtocol).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(answer.Append("\r\n").ToString());
    }

    /// <param name="refusal">What to say.</param>
    /// <param name="now">The moment, for the Date header (RFC 9110 section 6.6.1).</param>
    /// <param name="withBody">False for an answer to HEAD, which has none.</param>
    public static byte[] Refuse(UpgradeRefusal refusal, DateTimeOffset now, bool withBody)
    {
        var answer = new StringBuilder(256);
        answer.Append("HTTP/1.1 ").Append(refusal.Status).Append(' ').Append(refusal.ReasonPhrase)
            .Append("\r\nDate: ").Append(now.ToString("R", CultureInfo.InvariantCulture))
            .Append("\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ").Append(refusal.Detail.Length + 1)
            .Append("\r\n");
        if (refusal.Header is not null)
        {
            answer.Append(refusal.Header).Append("\r\n");
        }

        answer.Append("\r\n");
        return Encoding.ASCII.GetBytes(withBody ? answer.Append(refusal.Detail).Append('\n').ToString() : answer.ToString());
    }
}
