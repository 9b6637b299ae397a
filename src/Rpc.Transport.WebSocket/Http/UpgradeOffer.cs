using System.Text;

namespace Rpc.Transport.WebSockets.Http;

/// <summary>The client's side of an opening handshake: the request, and what the answer must be (RFC 6455 section 4.1).</summary>
/// <param name="address">Where to.</param>
/// <param name="key">The value of <c>Sec-WebSocket-Key</c>: 16 random bytes in base64.</param>
internal sealed class UpgradeOffer(Uri address, string key)
{
    private static readonly string[] s_ownHeaders = ["Upgrade", "Connection", "Content-Length", "Transfer-Encoding"];

    /// <summary>Whether a header is one that the handshake itself sets, or that would give the request a body.</summary>
    public static bool IsOwn(string name) =>
        name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase) || Array.Exists(s_ownHeaders, own => own.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the request.</summary>
    /// <param name="headers">Further headers.</param>
    /// <param name="cookies">The value of the header of cookies, or nothing.</param>
    /// <exception cref="ArgumentException">A header is not one that can be sent.</exception>
    public byte[] CreateRequest(IEnumerable<KeyValuePair<string, string>> headers, string cookies)
    {
        var host = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
        host = address.IsDefaultPort ? host : $"{host}:{address.Port}";
        var further = new StringBuilder();
        foreach (var (name, value) in headers)
        {
            Check(name, value);
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                host = value;
            }
            else if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
            {
                cookies = cookies.Length == 0 ? value : $"{value}; {cookies}";
            }
            else
            {
                further.Append(name).Append(": ").Append(value).Append("\r\n");
            }
        }

        if (cookies.Length != 0)
        {
            Check("Cookie", cookies);
            further.Append("Cookie: ").Append(cookies).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(
            $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {WebSocketSubProtocol.V1}\r\n{further}\r\n");
    }

    /// <summary>Checks an answer of status 101 (section 4.1, the list behind "the client MUST validate the server's response").</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Check(ResponseHead answer)
    {
        if (!IsOnly(answer, "Upgrade", "websocket"))
        {
            return "Its Upgrade header is not 'websocket'.";
        }

        if (!answer.List("Connection").Exists(static element => element.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)))
        {
            return "Its Connection header does not say 'Upgrade'.";
        }

        if (answer.Count("Sec-WebSocket-Accept") != 1 || answer.Find("Sec-WebSocket-Accept") != UpgradeResponse.AcceptKey(key))
        {
            return "Its Sec-WebSocket-Accept header does not fit the request.";
        }

        if (answer.List("Sec-WebSocket-Extensions").Count != 0)
        {
            return "Its Sec-WebSocket-Extensions header names an extension that was not offered.";
        }

        return answer.Count("Sec-WebSocket-Protocol") == 1 && answer.Find("Sec-WebSocket-Protocol") == WebSocketSubProtocol.V1
            ? null
            : $"It does not choose the sub-protocol {WebSocketSubProtocol.V1} but '{answer.Find("Sec-WebSocket-Protocol")}'.";
    }

    private static bool IsOnly(MessageHead head, string name, string value) =>
        head.Count(name) == 1 && string.Equals(head.Find(name), value, StringComparison.OrdinalIgnoreCase);

    private static void Check(string name, string value)
    {
        if (!HttpSyntax.IsToken(name) || IsOwn(name))
        {
            throw new ArgumentException($"The header '{name}' cannot be set.");
        }

        foreach (var c in value)
        {
            if (c is (< ' ' and not '\t') or > '~')
            {
                throw new ArgumentException($"The value of the header '{name}' has a character that cannot be sent.");
            }
        }
    }
}
