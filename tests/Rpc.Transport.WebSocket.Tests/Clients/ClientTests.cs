using System.Net;
using System.Net.Security;
using System.Reflection;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Clients;

/// <summary>What the client sends, and what its settings change.</summary>
public sealed class ClientTests : ListenerTest
{
    [Fact]
    public async Task The_request_asks_for_the_sub_protocol_and_for_nothing_else()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        var request = await peer.ReadHeadAsync();
        await peer.AcceptUpgradeAsync(request);
        await connect;

        Assert.StartsWith("GET /rpc?x=1 HTTP/1.1\r\n", request);
        Assert.Contains($"\r\nHost: {server.Address.Authority}\r\n", request);
        Assert.Contains("\r\nSec-WebSocket-Protocol: rpc.v1\r\n", request);
        Assert.DoesNotContain("Sec-WebSocket-Extensions", request);
        Assert.DoesNotContain("Cookie", request);
        Assert.DoesNotContain("Origin", request);
    }

    [Fact]
    public async Task Headers_and_cookies_arrive_and_those_of_the_answer_are_kept()
    {
        await using var server = RawServer.Start();
        var options = new WebSocketClientOptions { Headers = { ["Authorization"] = "Bearer abc", ["X-Game"] = "1" }, Cookies = new CookieContainer() };
        var site = new Uri($"http://127.0.0.1:{server.Address.Port}/");
        options.Cookies.Add(site, new Cookie("session", "42"));
        var connect = ConnectAsync(options, server);
        var peer = await server.AcceptAsync();
        var request = await peer.ReadHeadAsync();
        await peer.AcceptUpgradeAsync(request, "Sec-WebSocket-Protocol: rpc.v1\r\nSet-Cookie: seen=yes");
        await connect;

        Assert.Contains("\r\nAuthorization: Bearer abc\r\n", request);
        Assert.Contains("\r\nX-Game: 1\r\n", request);
        Assert.Contains("\r\nCookie: session=42\r\n", request);
        Assert.Equal("yes", options.Cookies.GetCookies(site)["seen"]?.Value);
    }

    [Fact]
    public async Task Frames_of_the_client_are_masked_binary_messages()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        await peer.AcceptUpgradeAsync(await peer.ReadHeadAsync());
        var client = await connect;
        await client.Output.WriteAsync("abc"u8.ToArray());

        var head = await peer.ReadExactlyAsync(2);
        Assert.Equal([0x82, 0x83], head);
    }

    [Fact]
    public async Task A_masked_frame_from_the_server_breaks_the_connection()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        await peer.AcceptUpgradeAsync(await peer.ReadHeadAsync());
        var client = await connect;
        await peer.SendFrameAsync(0x82, "abc"u8.ToArray(), isMasked: true);

        var exception = await Assert.ThrowsAsync<TransportException>(() => client.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard));
        Assert.Equal(TransportError.ProtocolViolation, exception.Error);
    }

    [Fact]
    public async Task Frames_that_follow_the_answer_at_once_are_not_lost()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        await peer.AcceptUpgradeAsync(await peer.ReadHeadAsync(), following: "\u0082\u0005hello");
        var client = await connect;

        Assert.Equal("hello"u8.ToArray(), await client.Input.ReadExactlyAsync(5).WaitAsync(TestTimeouts.HangGuard));
    }

    [Fact]
    public async Task A_proxy_is_asked_for_a_tunnel()
    {
        await using var proxy = RawServer.Start();
        var options = new WebSocketClientOptions { Proxy = new WebProxy($"http://127.0.0.1:{proxy.Address.Port}") };
        var connect = new WebSocketClientTransport(options).ConnectAsync(new Uri("ws://game.example:7001/rpc"), default).AsTask();
        var peer = await proxy.AcceptAsync();
        Assert.StartsWith("CONNECT game.example:7001 HTTP/1.1\r\n", await peer.ReadHeadAsync());
        await peer.SendAsync("HTTP/1.1 200 OK\r\n\r\n");
        var request = await peer.ReadHeadAsync();
        Assert.StartsWith("GET /rpc HTTP/1.1\r\n", request);
        Assert.Contains("\r\nHost: game.example:7001\r\n", request);
        await peer.AcceptUpgradeAsync(request);

        Own(await connect.WaitAsync(TestTimeouts.HangGuard));
    }

    [Fact]
    [Trait("Needs", "net8.0")]
    public async Task A_proxy_that_refuses_is_a_typed_error()
    {
        await using var proxy = RawServer.Start();
        var options = new WebSocketClientOptions { Proxy = new WebProxy($"http://127.0.0.1:{proxy.Address.Port}") };
        var connect = new WebSocketClientTransport(options).ConnectAsync(new Uri("ws://game.example:7001/rpc"), default).AsTask();
        var peer = await proxy.AcceptAsync();
        await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        var exception = await Assert.ThrowsAsync<TransportException>(() => connect.WaitAsync(TestTimeouts.HangGuard));
        Assert.Equal(TransportError.ConnectionRefused, exception.Error);
        Assert.Contains("403", exception.Message);
    }

    [Fact]
    public async Task Both_sides_know_the_end_points()
    {
        var (client, server) = await ConnectAsync(await ListenAsync(), new WebSocketClientOptions { UseProxy = false });
        Assert.NotNull(client.LocalEndPoint);
        Assert.Equal(client.LocalEndPoint.ToString(), server.RemoteEndPoint?.ToString());
        Assert.Equal(client.RemoteEndPoint?.ToString(), server.LocalEndPoint?.ToString());
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)server.LocalEndPoint!).Address);
    }

    [Fact]
    public async Task Both_sides_of_mutual_TLS_know_the_others_certificate()
    {
        var listener = await ListenAsync(
            new WebSocketListenOptions
            {
                ServerCertificate = TestCertificates.Shared.Server,
                ConfigureTls = static tls =>
                {
                    tls.ClientCertificateRequired = true;
                    tls.RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
                        certificate?.GetCertHashString() == TestCertificates.Shared.Client.GetCertHashString();
                },
            },
            "https://127.0.0.1:0/rpc");
        var (client, server) = await ConnectAsync(listener, new WebSocketClientOptions
        {
            UseProxy = false,
            ClientCertificates = { TestCertificates.Shared.Client },
            RemoteCertificateValidationCallback = Trust.Server,
        });
        Assert.Equal(TestCertificates.Shared.Server.Thumbprint, client.RemoteCertificate?.Thumbprint);
        Assert.Equal(TestCertificates.Shared.Client.Thumbprint, server.RemoteCertificate?.Thumbprint);
        Assert.True(client.IsEncrypted && server.IsEncrypted);
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_a_typed_error()
    {
        var listener = await ListenAsync(new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server }, "https://127.0.0.1:0/rpc");
        foreach (var callback in new RemoteCertificateValidationCallback?[] { null, static (_, _, _, _) => false })
        {
            var options = new WebSocketClientOptions { UseProxy = false, RemoteCertificateValidationCallback = callback };
            var exception = await Assert.ThrowsAsync<TransportException>(
                () => new WebSocketClientTransport(options).ConnectAsync(listener.Address, default).AsTask().WaitAsync(TestTimeouts.HangGuard));
            Assert.Equal(TransportError.SecurityFailed, exception.Error);
        }
    }

    [Theory]
    [InlineData("Sec-WebSocket-Key", "x")]
    [InlineData("sec-websocket-extensions", "permessage-deflate")]
    [InlineData("Upgrade", "h2c")]
    [InlineData("Connection", "close")]
    [InlineData("Content-Length", "5")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("X Game", "1")]
    [InlineData("", "1")]
    [InlineData("X-Game", "1\r\nX-Other: 2")]
    [InlineData("X-Game", "1\n")]
    [InlineData("X-Game", "\u00E9")]
    public async Task A_header_that_cannot_be_sent_is_an_argument_error(string name, string value)
    {
        var options = new WebSocketClientOptions { UseProxy = false, Headers = { [name] = value } };
        await Assert.ThrowsAsync<ArgumentException>(() => new WebSocketClientTransport(options).ConnectAsync(new Uri("ws://127.0.0.1:1/"), default).AsTask());
    }

    [Fact]
    public async Task A_header_of_cookies_goes_before_those_that_are_kept_and_the_host_may_be_another()
    {
        await using var server = RawServer.Start();
        var options = new WebSocketClientOptions { Headers = { ["cookie"] = "own=1", ["Host"] = "game.example" }, Cookies = new CookieContainer() };
        options.Cookies.Add(new Uri($"http://127.0.0.1:{server.Address.Port}/"), new Cookie("kept", "2"));
        var connect = ConnectAsync(options, server);
        var peer = await server.AcceptAsync();
        var request = await peer.ReadHeadAsync();
        await peer.AcceptUpgradeAsync(request, "Sec-WebSocket-Protocol: rpc.v1\r\nSet-Cookie: =;;bad\r\nSet-Cookie: good=3");
        await connect;

        Assert.Contains("\r\nCookie: own=1; kept=2\r\n", request);
        Assert.Contains("\r\nHost: game.example\r\n", request);
        Assert.DoesNotContain("127.0.0.1", request);
    }

    [Fact]
    public async Task Interim_answers_are_passed_over()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        var request = await peer.ReadHeadAsync();
        await peer.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        await peer.AcceptUpgradeAsync(request);
        await connect;
    }

    [Fact]
    public async Task An_answer_may_come_a_byte_at_a_time()
    {
        await using var server = RawServer.Start();
        var connect = ConnectAsync(new WebSocketClientOptions(), server);
        var peer = await server.AcceptAsync();
        await peer.AcceptUpgradeAsync(await peer.ReadHeadAsync(), following: "\u0082\u0005hello", aByteAtATime: true);
        Assert.Equal("hello"u8.ToArray(), await (await connect).Input.ReadExactlyAsync(5).WaitAsync(TestTimeouts.HangGuard));
    }

    [Theory]
    [InlineData("ws://127.0.0.1/rpc#here")]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("/rpc")]
    public async Task An_address_that_is_none_of_WebSocket_is_an_argument_error(string address) =>
        await Assert.ThrowsAsync<ArgumentException>(
            () => new WebSocketClientTransport().ConnectAsync(new Uri(address, UriKind.RelativeOrAbsolute), default).AsTask());

    [Fact]
    public async Task A_host_without_address_is_a_typed_error()
    {
        // RFC 6761 section 6.4: never resolved.
        var exception = await Assert.ThrowsAsync<TransportException>(
            () => new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false })
                .ConnectAsync(new Uri("ws://nobody.invalid:1/"), default).AsTask().WaitAsync(TestTimeouts.HangGuard));
        Assert.Equal(TransportError.HostNotFound, exception.Error);
    }

    [Fact]
    public void The_assembly_names_the_transport_of_both_schemes()
    {
        var attribute = typeof(WebSocketClientTransport).Assembly.GetCustomAttributes<RpcTransportAttribute>().Single();
        var transport = Assert.IsType<WebSocketClientTransport>(Activator.CreateInstance(attribute.ClientTransport));
        Assert.Equal(["ws", "wss"], transport.Schemes);
    }

    private async Task<(TransportConnection Client, TransportConnection Server)> ConnectAsync(IRpcListener listener, WebSocketClientOptions options)
    {
        var connect = new WebSocketClientTransport(options).ConnectAsync(listener.Address, default).AsTask();
        var server = await AcceptAsync(listener);
        return (Own(await connect.WaitAsync(TestTimeouts.HangGuard)), server);
    }

    private async Task<StreamTransportConnection> ConnectAsync(WebSocketClientOptions options, RawServer server)
    {
        options.UseProxy = false;
        var client = await new WebSocketClientTransport(options).ConnectAsync(new Uri(server.Address, "/rpc?x=1"), default)
            .AsTask().WaitAsync(TestTimeouts.HangGuard);
        return (StreamTransportConnection)Own(client);
    }
}
