using System.Text.RegularExpressions;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Http;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Clients;

/// <summary>Answers to the client's upgrade request that are no upgrade: each is one typed error, after a bounded number of bytes.</summary>
public sealed partial class HostileServerTests : IClassFixture<UnobservedExceptionGuard>
{
    private const string Good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: rpc.v1\r\n\r\n";

    public static TheoryData<string, TransportError, string> Refusals => new()
    {
        { "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", TransportError.ConnectionRefused, "status 400" },
        { "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", TransportError.ConnectionRefused, "status 401" },
        { "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n", TransportError.ConnectionRefused, "status 403" },
        { "HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello", TransportError.ConnectionRefused, "status 404" },
        { "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1000000000\r\n\r\n", TransportError.ConnectionRefused, "status 503" },
        { "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFF\r\n", TransportError.ConnectionRefused, "status 500" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", TransportError.ProtocolViolation, "status 200" },
        { "HTTP/1.1 204 No Content\r\n\r\n", TransportError.ProtocolViolation, "status 204" },
        { "HTTP/1.1 301 Moved\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", TransportError.ProtocolViolation, "status 301" },
    };

    public static TheoryData<string, TransportError, string> Answers => new()
    {
        { Good.Replace("{accept}", RawPeer.Accept, StringComparison.Ordinal), TransportError.ProtocolViolation, "Sec-WebSocket-Accept" },
        { Good.Replace("Sec-WebSocket-Accept: {accept}\r\n", "", StringComparison.Ordinal), TransportError.ProtocolViolation, "Sec-WebSocket-Accept" },
        { Good.Replace("Sec-WebSocket-Protocol: rpc.v1\r\n", "", StringComparison.Ordinal), TransportError.ProtocolViolation, "rpc.v1" },
        { Good.Replace("rpc.v1", "chat", StringComparison.Ordinal), TransportError.ProtocolViolation, "chat" },
        { Good.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal), TransportError.ProtocolViolation, "Upgrade" },
        { Good.Replace("Upgrade: websocket", "Upgrade: h2c", StringComparison.Ordinal), TransportError.ProtocolViolation, "Upgrade" },
        { Good.Replace("Connection: Upgrade\r\n", "", StringComparison.Ordinal), TransportError.ProtocolViolation, "Connection" },
        { Good.Replace("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate", StringComparison.Ordinal), TransportError.ProtocolViolation, "Extensions" },
        { Good.Replace("Sec-WebSocket-Accept: {accept}", "Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Accept: {accept}", StringComparison.Ordinal), TransportError.ProtocolViolation, "Sec-WebSocket-Accept" },
        { Good.Replace("Sec-WebSocket-Protocol: rpc.v1", "Sec-WebSocket-Protocol: rpc.v1\r\nSec-WebSocket-Protocol: rpc.v1", StringComparison.Ordinal), TransportError.ProtocolViolation, "rpc.v1" },
        { Good.Replace("Connection: Upgrade", "Connection : Upgrade", StringComparison.Ordinal), TransportError.ProtocolViolation, "header" },
        { Good.Replace("HTTP/1.1 101", "HTTP/1.1 1O1", StringComparison.Ordinal), TransportError.ProtocolViolation, "" },
        { "SSH-2.0-OpenSSH_9.6\r\n", TransportError.ProtocolViolation, "" },
        { "\0\0\0\0\0\0\0\0\r\n\r\n", TransportError.ProtocolViolation, "" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public Task A_refusal_is_a_typed_error_with_its_status(string answer, TransportError error, string part) =>
        A_wrong_answer_is_a_typed_error(answer, error, part);

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_wrong_answer_is_a_typed_error(string answer, TransportError error, string part)
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(server);
        var peer = await server.AcceptAsync();
        var key = KeyPattern().Match(await peer.ReadHeadAsync()).Groups[1].Value;
        await peer.SendAsync(answer.Replace("{accept}", UpgradeResponse.AcceptKey(key), StringComparison.Ordinal));

        var exception = await Assert.ThrowsAsync<TransportException>(() => connect);
        Assert.True(error == exception.Error, exception.ToString());
        Assert.Contains(part, exception.Message);
        Assert.Contains(server.Address.Authority, exception.Message);
        await peer.ReadToEndAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n", "X-Filler: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX-Endless: ", "01234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("HTTP/1.1 101 ", "01234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    [InlineData("", "HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n")]
    public async Task An_endless_answer_is_cut_after_a_bounded_number_of_bytes(string start, string again)
    {
        // Sockets of both sides hold some megabytes that were not read.
        const int MostSent = 64 * 1024 * 1024;
        await using var server = RawServer.Start();
        using var giveUp = new CancellationTokenSource();
        var connect = ConnectAsync(server, giveUp.Token);
        var peer = await server.AcceptAsync();
        await peer.ReadHeadAsync();
        await peer.SendAsync(start);
        var chunk = string.Concat(Enumerable.Repeat(again, 100));
        var sent = 0L;
        try
        {
            for (; sent < MostSent; sent += chunk.Length)
            {
                await peer.SendAsync(chunk);
            }

            giveUp.Cancel();
        }
        catch (IOException)
        {
            // The client has cut the connection.
        }

        var exception = await Assert.ThrowsAnyAsync<Exception>(() => connect);
        Assert.True(exception is TransportException, $"{sent} bytes: {exception}");
        Assert.InRange(sent, 0, MostSent - 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Switching")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")]
    public async Task An_answer_that_ends_early_is_a_typed_error(string answer)
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(server);
        var peer = await server.AcceptAsync();
        await peer.ReadHeadAsync();
        await peer.SendAsync(answer);
        await peer.DisposeAsync();
        var exception = await Assert.ThrowsAsync<TransportException>(() => connect);
        Assert.Equal(TransportError.ConnectionReset, exception.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: ")]
    public async Task A_server_that_does_not_answer_is_left_when_the_token_says_so(string answer)
    {
        await using var server = RawServer.Start();
        using var giveUp = new CancellationTokenSource();
        var connect = ConnectAsync(server, giveUp.Token);
        var peer = await server.AcceptAsync();
        await peer.ReadHeadAsync();
        await peer.SendAsync(answer);
        giveUp.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        await peer.ReadToEndAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002\u0028")]
    [InlineData("")]
    public async Task A_server_that_fails_TLS_is_a_typed_error(string answer)
    {
        await using var server = RawServer.Start();
        var connect = new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false })
            .ConnectAsync(new UriBuilder(server.Address) { Scheme = "wss" }.Uri, default).AsTask().WaitAsync(TestTimeouts.HangGuard);
        var peer = await server.AcceptAsync();
        await peer.ReadExactlyAsync(5);
        await peer.SendAsync(answer);
        server.StopListening();
        await peer.DisposeAsync();

        var exception = await Assert.ThrowsAsync<TransportException>(() => connect);
        Assert.True(
            exception.Error == TransportError.SecurityFailed || (answer.Length == 0 && exception.Error == TransportError.ConnectionReset),
            exception.ToString());
    }

    private static Task<TransportConnection> ConnectAsync(RawServer server, CancellationToken cancellationToken = default) =>
        new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false })
            .ConnectAsync(server.Address, cancellationToken).AsTask().WaitAsync(TestTimeouts.HangGuard, CancellationToken.None);

    [GeneratedRegex("Sec-WebSocket-Key: (.*)\r\n")]
    private static partial Regex KeyPattern();
}
