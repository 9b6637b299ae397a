using Rpc.Transport.WebSockets.Tests.Support;

namespace Rpc.Transport.WebSockets.Tests.Http;

/// <summary>Requests, sent by a raw socket, and the status that each is answered with.</summary>
public sealed class UpgradeRequestTests : ListenerTest
{
    private const string Line = "GET /rpc HTTP/1.1";
    private const string Host = "Host: game.example";
    private const string Upgrade = "Upgrade: websocket";
    private const string Connection = "Connection: Upgrade";
    private const string Key = "Sec-WebSocket-Key: " + RawPeer.Key;
    private const string Version = "Sec-WebSocket-Version: 13";
    private const string Protocol = "Sec-WebSocket-Protocol: rpc.v1";

    public static TheoryData<string, int, string[]> Requests => new()
    {
        // What a client sends, and what it may send.
        { "the plain request", 101, [Line, Host, Upgrade, Connection, Key, Version, Protocol] },
        { "lower-case names", 101, [Line, "host: x", "upgrade: websocket", "connection: upgrade", "sec-websocket-key: " + RawPeer.Key, "sec-websocket-version: 13", "sec-websocket-protocol: rpc.v1"] },
        { "upper-case values", 101, [Line, Host, "Upgrade: WebSocket", "Connection: UPGRADE", Key, Version, Protocol] },
        { "no white space", 101, [Line, "Host:x", "Upgrade:websocket", "Connection:Upgrade", "Sec-WebSocket-Key:" + RawPeer.Key, "Sec-WebSocket-Version:13", "Sec-WebSocket-Protocol:rpc.v1"] },
        { "much white space", 101, [Line, "Host: \t x", "Upgrade: \t websocket \t", "Connection:  Upgrade  ", Key + " ", Version + "\t", Protocol + " "] },
        { "a list in Connection", 101, [Line, Host, Upgrade, "Connection: keep-alive, Upgrade", Key, Version, Protocol] },
        { "Connection twice", 101, [Line, Host, Upgrade, "Connection: keep-alive", Connection, Key, Version, Protocol] },
        { "a list in Upgrade", 101, [Line, Host, "Upgrade: h2c, websocket", Connection, Key, Version, Protocol] },
        { "empty list elements", 101, [Line, Host, "Upgrade: , websocket ,", "Connection: ,,Upgrade", Key, Version, Protocol] },
        { "several sub-protocols", 101, [Line, Host, Upgrade, Connection, Key, Version, "Sec-WebSocket-Protocol: chat, rpc.v1, rpc.v2"] },
        { "sub-protocols on two lines", 101, [Line, Host, Upgrade, Connection, Key, Version, "Sec-WebSocket-Protocol: chat", Protocol] },
        { "an extension, which is not taken", 101, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"] },
        { "a query", 101, ["GET /rpc?token=1%20&x=/y HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an absolute target", 101, ["GET http://game.example/rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an absolute target with a query", 101, ["GET HTTPS://game.example:80/rpc?x HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an IPv6 host", 101, [Line, "Host: [::1]:7001", Upgrade, Connection, Key, Version, Protocol] },
        { "an empty body", 101, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Content-Length: 0"] },
        { "an origin", 101, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Origin: https://any.example"] },
        { "bytes above ASCII in a value", 101, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Name: J\u00F6rg"] },
        { "a later HTTP/1", 101, ["GET /rpc HTTP/1.2", Host, Upgrade, Connection, Key, Version, Protocol] },

        // The request line.
        { "POST", 405, ["POST /rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "lower-case get", 405, ["get /rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "OPTIONS of everything", 405, ["OPTIONS * HTTP/1.1", Host] },
        { "CONNECT", 405, ["CONNECT game.example:80 HTTP/1.1", Host] },
        { "HTTP/1.0", 400, ["GET /rpc HTTP/1.0", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "HTTP/2", 400, ["PRI * HTTP/2.0"] },
        { "no version", 400, ["GET /rpc"] },
        { "a malformed version", 400, ["GET /rpc HTTP/1.x", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a long version", 400, ["GET /rpc HTTP/1.10", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a version in lower case", 400, ["GET /rpc http/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "two spaces", 400, ["GET  /rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a space in the target", 400, ["GET /r pc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a trailing space", 400, ["GET /rpc HTTP/1.1 ", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a leading space", 400, [" GET /rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a tab for a space", 400, ["GET\t/rpc\tHTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a method with a colon", 400, ["G:T /rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "no target", 400, ["GET HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a target with a control character", 400, ["GET /rpc\u0001 HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a target above ASCII", 400, ["GET /rpc\u00E4 HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a fragment", 400, ["GET /rpc#x HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a target without a slash", 400, ["GET rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an asterisk", 400, ["GET * HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an absolute target of another scheme", 400, ["GET ftp://game.example/rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an absolute target without a host", 400, ["GET http:///rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an absolute target without a path", 404, ["GET http://game.example HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an empty line first", 400, ["", Line, Host, Upgrade, Connection, Key, Version, Protocol] },

        // The path.
        { "another path", 404, ["GET /other HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "the root", 404, ["GET / HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a longer path", 404, ["GET /rpc/ HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a path in another case", 404, ["GET /RPC HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a path with dots", 404, ["GET /x/../rpc HTTP/1.1", Host, Upgrade, Connection, Key, Version, Protocol] },

        // Host.
        { "no Host", 400, [Line, Upgrade, Connection, Key, Version, Protocol] },
        { "Host twice", 400, [Line, Host, Host, Upgrade, Connection, Key, Version, Protocol] },
        { "an empty Host", 400, [Line, "Host:", Upgrade, Connection, Key, Version, Protocol] },
        { "a Host with a path", 400, [Line, "Host: game.example/rpc", Upgrade, Connection, Key, Version, Protocol] },
        { "a Host with a space", 400, [Line, "Host: game example", Upgrade, Connection, Key, Version, Protocol] },
        { "a Host with user information", 400, [Line, "Host: me@game.example", Upgrade, Connection, Key, Version, Protocol] },

        // Upgrade and Connection.
        { "a request for a page", 426, [Line, Host] },
        { "no Upgrade", 426, [Line, Host, Connection, Key, Version, Protocol] },
        { "another Upgrade", 426, [Line, Host, "Upgrade: h2c", Connection, Key, Version, Protocol] },
        { "an Upgrade that only begins so", 426, [Line, Host, "Upgrade: websockets", Connection, Key, Version, Protocol] },
        { "no Connection", 400, [Line, Host, Upgrade, Key, Version, Protocol] },
        { "another Connection", 400, [Line, Host, Upgrade, "Connection: keep-alive", Key, Version, Protocol] },
        { "a Connection that only ends so", 400, [Line, Host, Upgrade, "Connection: no-Upgrade", Key, Version, Protocol] },

        // Version and key.
        { "no version of WebSocket", 426, [Line, Host, Upgrade, Connection, Key, Protocol] },
        { "an earlier version of WebSocket", 426, [Line, Host, Upgrade, Connection, Key, "Sec-WebSocket-Version: 8", Protocol] },
        { "a list of versions", 426, [Line, Host, Upgrade, Connection, Key, "Sec-WebSocket-Version: 13, 8", Protocol] },
        { "the version twice", 400, [Line, Host, Upgrade, Connection, Key, Version, Version, Protocol] },
        { "no key", 400, [Line, Host, Upgrade, Connection, Version, Protocol] },
        { "an empty key", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key:", Version, Protocol] },
        { "the key twice", 400, [Line, Host, Upgrade, Connection, Key, Key, Version, Protocol] },
        { "a key of 15 bytes", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA", Version, Protocol] },
        { "a key of 17 bytes", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=", Version, Protocol] },
        { "a key of 18 bytes", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA", Version, Protocol] },
        { "a key that is not base64", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!==", Version, Protocol] },
        { "a key without padding", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ", Version, Protocol] },
        { "a key with a space", 400, [Line, Host, Upgrade, Connection, "Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ==", Version, Protocol] },

        // The sub-protocol.
        { "no sub-protocol", 400, [Line, Host, Upgrade, Connection, Key, Version] },
        { "another sub-protocol", 400, [Line, Host, Upgrade, Connection, Key, Version, "Sec-WebSocket-Protocol: chat"] },
        { "the sub-protocol in another case", 400, [Line, Host, Upgrade, Connection, Key, Version, "Sec-WebSocket-Protocol: RPC.v1"] },
        { "the sub-protocol twice", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, Protocol] },
        { "a sub-protocol that is no token", 400, [Line, Host, Upgrade, Connection, Key, Version, "Sec-WebSocket-Protocol: rpc.v1, a/b"] },

        // Headers.
        { "a folded header", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Long: a", " b"] },
        { "a header folded by a tab", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Long: a", "\tb"] },
        { "a first header that is folded", 400, [Line, " " + Host, Upgrade, Connection, Key, Version, Protocol] },
        { "a space before the colon", 400, [Line, "Host : x", Upgrade, Connection, Key, Version, Protocol] },
        { "no colon", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Nothing"] },
        { "no name", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, ": x"] },
        { "a name with a slash", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X/Y: z"] },
        { "a name above ASCII", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-\u00C4: z"] },
        { "a NUL in a value", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Y: a\0b"] },
        { "a DEL in a value", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Y: a\u007Fb"] },
        { "a bare carriage return in a value", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "X-Y: a\rb"] },
        { "Origin twice", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Origin: https://a", "Origin: https://b"] },

        // Bodies, which someone in between could read differently.
        { "a body", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Content-Length: 5"] },
        { "Content-Length twice", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Content-Length: 0", "Content-Length: 0"] },
        { "a signed Content-Length", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Content-Length: +0"] },
        { "a list of Content-Length", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Content-Length: 0, 5"] },
        { "a chunked body", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Transfer-Encoding: chunked"] },
        { "an identity body", 400, [Line, Host, Upgrade, Connection, Key, Version, Protocol, "Transfer-Encoding: identity"] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_answered_by_its_status(string what, int status, string[] lines)
    {
        var listener = await ListenAsync();
        var peer = await ConnectRawAsync(listener);
        await peer.SendAsync(string.Concat(lines.Select(static line => line + "\r\n")) + "\r\n");

        await AssertAnswerAsync(peer, status, what);
        if (status == 101)
        {
            var server = await AcceptAsync(listener);
            Assert.Equal("ws", server.Scheme);
        }
    }

    [Theory]
    [InlineData("GET /rpc HTTP/1.1\n")]
    [InlineData("GET /rpc HTTP/1.1\r\nHost: x\n")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("{\"id\":1}")]
    [InlineData("GET /rpc HTTP/1.1\r\nHost x\r\n")]
    public async Task What_is_no_request_is_refused_before_it_ends(string start)
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync(start);
        await AssertAnswerAsync(peer, 400, start);
    }

    [Fact]
    public async Task A_refusal_is_a_short_text_that_closes_the_connection()
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync("PUT /rpc HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal(
            "HTTP/1.1 405 Method Not Allowed\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n"
            + "Allow: GET\r\n\r\nThe method is not GET.\n",
            await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task The_answer_to_HEAD_has_no_body()
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync("HEAD /rpc HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.EndsWith("Allow: GET\r\n\r\n", await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_wrong_version_is_told_the_right_one()
    {
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync(RawPeer.Request().Replace("Version: 13", "Version: 12", StringComparison.Ordinal));
        var answer = await peer.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 426 Upgrade Required\r\n", answer);
        Assert.Contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n", answer);
    }

    [Fact]
    public async Task The_upgrade_is_answered_as_the_specification_says()
    {
        // The example of RFC 6455 section 1.3, with the framework's sub-protocol.
        var peer = await ConnectRawAsync(await ListenAsync());
        await peer.SendAsync(RawPeer.Request());
        Assert.Equal(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {RawPeer.Accept}\r\n"
            + "Sec-WebSocket-Protocol: rpc.v1\r\n\r\n",
            await peer.ReadHeadAsync());
    }

    [Fact]
    public async Task Without_the_requirement_a_client_without_sub_protocol_gets_none()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { RequireSubProtocol = false });
        var peer = await ConnectRawAsync(listener);
        await peer.SendAsync(RawPeer.Request().Replace("Sec-WebSocket-Protocol: rpc.v1\r\n", "", StringComparison.Ordinal));
        var answer = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer);
        Assert.DoesNotContain("Sec-WebSocket-Protocol", answer);
    }

    [Theory]
    [InlineData("https://game.example", 101)]
    [InlineData("HTTPS://GAME.EXAMPLE", 101)]
    [InlineData("https://game.example:8443", 403)]
    [InlineData("http://game.example", 403)]
    [InlineData("https://game.example.evil", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    public async Task Only_the_named_origins_may_connect(string origin, int status)
    {
        var options = new WebSocketListenOptions { AllowedOrigins = { "https://game.example", "https://test.example" } };
        var peer = await ConnectRawAsync(await ListenAsync(options));
        await peer.SendAsync(RawPeer.Request(headers: $"Origin: {origin}"));
        await AssertAnswerAsync(peer, status, origin);
    }

    [Theory]
    [InlineData(true, 101)]
    [InlineData(false, 403)]
    public async Task A_missing_origin_is_allowed_by_an_option(bool allowed, int status)
    {
        var options = new WebSocketListenOptions { AllowedOrigins = { "https://game.example" }, AllowMissingOrigin = allowed };
        var peer = await ConnectRawAsync(await ListenAsync(options));
        await peer.SendAsync(RawPeer.Request());
        await AssertAnswerAsync(peer, status, "no origin");
    }

    private static async Task AssertAnswerAsync(RawPeer peer, int status, string what)
    {
        var answer = status == 101 ? await peer.ReadHeadAsync() : await peer.ReadToEndAsync();
        Assert.True(answer.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.DoesNotContain("\r\nServer:", answer);
        if (status != 101)
        {
            Assert.Contains("\r\nConnection: close\r\n", answer);
        }
    }
}
