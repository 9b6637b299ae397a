using System.Net;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Listening;

public sealed class ListenUrlTests : ListenerTest
{
    [Theory]
    [InlineData("http://*:7001/rpc", "*", 7001, "/rpc", false)]
    [InlineData("http://+:7001", "*", 7001, "/", false)]
    [InlineData("http://*/rpc", "*", 80, "/rpc", false)]
    [InlineData("https://*/", "*", 443, "/", true)]
    [InlineData("ws://127.0.0.1:0/a/b", "127.0.0.1", 0, "/a/b", false)]
    [InlineData("wss://game.example/rpc", "game.example", 443, "/rpc", true)]
    [InlineData("http://[::1]:80/", "::1", 80, "/", false)]
    [InlineData("HTTP://localhost:1/", "localhost", 1, "/", false)]
    public void An_address_is_taken_apart(string url, string host, int port, string path, bool isSecure)
    {
        var parsed = ListenUrl.Parse(url);
        Assert.Equal((host, port, path, isSecure), (parsed.Host, parsed.Port, parsed.Path, parsed.IsSecure));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*:7001")]
    [InlineData("tcp://*:7001")]
    [InlineData("http://")]
    [InlineData("http://*x:7001/")]
    [InlineData("http://*:70000/")]
    [InlineData("http://me@localhost:1/")]
    [InlineData("http://localhost:1/?x")]
    [InlineData("http://localhost:1/#x")]
    public void A_malformed_address_is_an_argument_error(string url) =>
        Assert.Throws<ArgumentException>(() => new WebSocketServerTransport(url));

    [Theory]
    [InlineData("http://*:0/rpc", "ws://localhost:{0}/rpc")]
    [InlineData("http://0.0.0.0:0/", "ws://localhost:{0}/")]
    [InlineData("http://127.0.0.1:0/a%20b", "ws://127.0.0.1:{0}/a%20b")]
    [InlineData("http://localhost:0", "ws://localhost:{0}/")]
    public async Task The_listener_reports_what_a_client_connects_to(string url, string address)
    {
        var listener = await ListenAsync(url: url);
        Assert.Equal(string.Format(null, address, listener.Address.Port), listener.Address.AbsoluteUri);
        Assert.NotEqual(0, listener.Address.Port);

        var connect = new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false }).ConnectAsync(listener.Address, default);
        await AcceptAsync(listener);
        Own(await connect.AsTask().WaitAsync(TestTimeouts.HangGuard));
    }

    [Fact]
    public async Task The_wildcard_takes_clients_of_both_kinds_of_address()
    {
        var listener = await ListenAsync(url: "http://*:0/rpc");
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            var uri = new UriBuilder(listener.Address) { Host = address.ToString() }.Uri;
            var connect = new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false }).ConnectAsync(uri, default);
            await AcceptAsync(listener);
            Own(await connect.AsTask().WaitAsync(TestTimeouts.HangGuard));
        }
    }

    [Fact]
    public async Task An_address_of_another_machine_is_a_typed_error()
    {
        // TEST-NET-1 (RFC 5737) is nobody's.
        var exception = await Assert.ThrowsAsync<TransportException>(() => ListenAsync(url: "http://192.0.2.1:0/"));
        Assert.Equal(TransportError.Unknown, exception.Error);
        Assert.Contains("192.0.2.1", exception.Message);
    }

    [Fact]
    public async Task TLS_without_a_certificate_is_an_argument_error() =>
        await Assert.ThrowsAsync<ArgumentException>(() => ListenAsync(url: "https://127.0.0.1:0/"));

    public static TheoryData<Action<WebSocketListenOptions>> BadOptions => new()
    {
        options => options.HandshakeTimeout = TimeSpan.Zero,
        options => options.MaxPendingHandshakes = 0,
        options => options.MaxRequestLineLength = 15,
        options => options.MaxHeaderLineLength = 63,
        options => options.MaxHeaderCount = 7,
        options => options.MaxRequestSize = 255,
        options => options.Backlog = 0,
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void A_setting_below_its_least_value_is_an_argument_error(Action<WebSocketListenOptions> change)
    {
        var options = new WebSocketListenOptions();
        change(options);
        Assert.Throws<ArgumentException>(() => new WebSocketServerTransport("http://*:0/", options));
    }
}
