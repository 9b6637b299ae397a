namespace Rpc.Transport.WebSockets.Http;

/// <summary>A client's opening handshake, checked against every requirement of RFC 6455 section 4.2.1.</summary>
/// <param name="Key">The value of <c>Sec-WebSocket-Key</c>.</param>
/// <param name="SubProtocol">The sub-protocol to answer with, or null for none.</param>
internal sealed record UpgradeRequest(string Key, string? SubProtocol)
{
    // RFC 9110 section 15.5.22: 426 names in Upgrade what is asked for; section 7.8: and Upgrade in Connection. RFC 6455 section 4.4: the version.
    private const string UpgradeHeaders = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";

    /// <summary>Checks a request.</summary>
    /// <param name="head">The request.</param>
    /// <param name="path">The path that it must name.</param>
    /// <param name="options">The listener's settings.</param>
    /// <param name="request">The handshake, or null when it is refused.</param>
    /// <returns>Why it is refused, or null.</returns>
    public static UpgradeRefusal? Check(RequestHead head, string path, WebSocketListenOptions options, out UpgradeRequest? request)
    {
        request = null;
        if (head.Version is < 11 or >= 20)
        {
            return UpgradeRefusal.BadRequest("The version of HTTP is not 1.1.");
        }

        if (head.Method != "GET")
        {
            return new UpgradeRefusal(405, "The method is not GET.", "Allow: GET");
        }

        return CheckHost(head)
            ?? CheckTarget(head, path)
            ?? CheckBody(head)
            ?? CheckUpgrade(head)
            ?? CheckOrigin(head, options)
            ?? CheckKey(head, out var key)
            ?? ChooseSubProtocol(head, options, out var subProtocol)
            ?? Accept(out request, key, subProtocol);
    }

    private static UpgradeRefusal? Accept(out UpgradeRequest request, string key, string? subProtocol)
    {
        request = new UpgradeRequest(key, subProtocol);
        return null;
    }

    private static UpgradeRefusal? CheckHost(RequestHead head)
    {
        // RFC 9112 section 3.2: missing, repeated or invalid is 400.
        return head.Count("Host") != 1 || !IsHost(head.Find("Host")!) ? UpgradeRefusal.BadRequest("There is not exactly one valid Host header.") : null;
    }

    private static bool IsHost(string host)
    {
        foreach (var c in host)
        {
            if (!HttpSyntax.IsHostChar(c))
            {
                return false;
            }
        }

        return host.Length != 0;
    }

    private static UpgradeRefusal? CheckTarget(RequestHead head, string path)
    {
        var target = head.Target.AsSpan();
        if (target[0] != '/')
        {
            // The absolute form (RFC 9112 section 3.2.2; RFC 6455 section 4.2.1 point 1).
            var schemeEnd = target.IndexOf("://", StringComparison.Ordinal);
            if (schemeEnd < 0 || !IsHttpScheme(target[..schemeEnd]))
            {
                return UpgradeRefusal.BadRequest("The request target is malformed.");
            }

            var afterScheme = target[(schemeEnd + 3)..];
            var authorityEnd = afterScheme.IndexOfAny('/', '?');
            if (authorityEnd == 0 || afterScheme.IsEmpty)
            {
                return UpgradeRefusal.BadRequest("The request target is malformed.");
            }

            target = authorityEnd < 0 ? "/" : afterScheme[authorityEnd] == '/' ? afterScheme[authorityEnd..] : "/";
        }

        if (head.Target.Contains('#', StringComparison.Ordinal))
        {
            return UpgradeRefusal.BadRequest("The request target has a fragment.");
        }

        var query = target.IndexOf('?');
        var requested = query < 0 ? target : target[..query];
        return requested.Equals(path, StringComparison.Ordinal) ? null : new UpgradeRefusal(404, "Nothing is here.");
    }

    private static bool IsHttpScheme(ReadOnlySpan<char> scheme) =>
        scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("https", StringComparison.OrdinalIgnoreCase);

    private static UpgradeRefusal? CheckBody(RequestHead head)
    {
        // A body would be taken for frames here and for a body by a proxy in between, or the other way round.
        var lengths = head.Count("Content-Length");
        return head.Count("Transfer-Encoding") != 0 || lengths > 1 || (lengths == 1 && head.Find("Content-Length") != "0")
            ? UpgradeRefusal.BadRequest("The request has a body.")
            : null;
    }

    private static UpgradeRefusal? CheckUpgrade(RequestHead head)
    {
        if (!Has(head.List("Upgrade"), "websocket"))
        {
            return new UpgradeRefusal(426, "This address speaks WebSocket only.", UpgradeHeaders);
        }

        if (!Has(head.List("Connection"), "Upgrade"))
        {
            return UpgradeRefusal.BadRequest("The Connection header does not ask for the upgrade.");
        }

        return head.Count("Sec-WebSocket-Version") > 1
            ? UpgradeRefusal.BadRequest("There is more than one Sec-WebSocket-Version header.")
            : head.Find("Sec-WebSocket-Version") == "13"
                ? null
                : new UpgradeRefusal(426, "The version of WebSocket is not 13.", UpgradeHeaders);
    }

    private static bool Has(List<string> elements, string element)
    {
        foreach (var candidate in elements)
        {
            if (string.Equals(candidate, element, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static UpgradeRefusal? CheckOrigin(RequestHead head, WebSocketListenOptions options)
    {
        var count = head.Count("Origin");
        if (count > 1)
        {
            return UpgradeRefusal.BadRequest("There is more than one Origin header.");
        }

        var allowed = options.AllowedOrigins.Count == 0
            || (count == 0 ? options.AllowMissingOrigin : options.AllowedOrigins.Contains(head.Find("Origin")!));
        return allowed ? null : new UpgradeRefusal(403, "This origin may not connect.");
    }

    private static UpgradeRefusal? CheckKey(RequestHead head, out string key)
    {
        // RFC 6455 section 4.2.1 point 5: 16 bytes, which are 24 characters of base64; the length leaves no room for white space.
        Span<byte> nonce = stackalloc byte[18];
        key = head.Find("Sec-WebSocket-Key") ?? "";
        return head.Count("Sec-WebSocket-Key") == 1 && key.Length == 24 && Convert.TryFromBase64String(key, nonce, out var length) && length == 16
            ? null
            : UpgradeRefusal.BadRequest("There is not exactly one Sec-WebSocket-Key header of 16 bytes.");
    }

    private static UpgradeRefusal? ChooseSubProtocol(RequestHead head, WebSocketListenOptions options, out string? chosen)
    {
        // RFC 6455 section 11.3.4: the header may be repeated; section 4.1 point 10: its elements are unique tokens.
        var offered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in head.List("Sec-WebSocket-Protocol"))
        {
            if (!HttpSyntax.IsToken(element) || !offered.Add(element))
            {
                chosen = null;
                return UpgradeRefusal.BadRequest("The Sec-WebSocket-Protocol header is malformed.");
            }
        }

        chosen = offered.Contains(WebSocketSubProtocol.V1) ? WebSocketSubProtocol.V1 : null;

        return chosen is null && options.RequireSubProtocol
            ? UpgradeRefusal.BadRequest($"The sub-protocol {WebSocketSubProtocol.V1} is not offered.")
            : null;
    }
}
