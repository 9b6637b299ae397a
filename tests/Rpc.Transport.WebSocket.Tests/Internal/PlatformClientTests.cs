using System.Net;
using Rpc.Transport.WebSockets.Internal;

namespace Rpc.Transport.WebSockets.Tests.Internal;

public sealed class PlatformClientTests
{
    private static readonly Uri s_address = new("ws://game.example/rpc");

    [Fact]
    public void Without_proxy_and_credentials_it_is_not_needed() =>
        Assert.False(PlatformClient.IsNeeded(s_address, new WebSocketClientOptions { UseProxy = false, Proxy = new WebProxy("http://proxy.example:8080") }));

    [Fact]
    public void Credentials_need_it() =>
        Assert.True(PlatformClient.IsNeeded(s_address, new WebSocketClientOptions { UseProxy = false, Credentials = new NetworkCredential("a", "b") }));

    [Fact]
    public void A_proxy_needs_it_unless_the_address_is_bypassed()
    {
        var options = new WebSocketClientOptions { Proxy = new WebProxy("http://proxy.example:8080", BypassOnLocal: false, ["local\\.example"]) };
        Assert.True(PlatformClient.IsNeeded(s_address, options));
        Assert.False(PlatformClient.IsNeeded(new Uri("ws://local.example/rpc"), options));
    }

    [Fact]
    public void A_proxy_that_gives_the_address_itself_or_nothing_is_none()
    {
        Assert.False(PlatformClient.IsNeeded(s_address, new WebSocketClientOptions { Proxy = new Through(s_address) }));
        Assert.False(PlatformClient.IsNeeded(s_address, new WebSocketClientOptions { Proxy = new Through(null) }));
        Assert.True(PlatformClient.IsNeeded(s_address, new WebSocketClientOptions { Proxy = new Through(new Uri("http://proxy.example")) }));
    }

    private sealed class Through(Uri? proxy) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => proxy;

        public bool IsBypassed(Uri host) => false;
    }
}
