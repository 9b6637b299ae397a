using System.Text;
using Rpc.Transport.WebSockets.Http;

namespace Rpc.Transport.WebSockets.Tests.Http;

public sealed class UpgradeOfferTests
{
    [Theory]
    [InlineData("ws://game.example", "/", "game.example")]
    [InlineData("ws://game.example:80/rpc", "/rpc", "game.example")]
    [InlineData("ws://game.example:443/rpc", "/rpc", "game.example:443")]
    [InlineData("wss://game.example:443/rpc", "/rpc", "game.example")]
    [InlineData("wss://game.example:7001/rpc?a=b&c", "/rpc?a=b&c", "game.example:7001")]
    [InlineData("ws://[::1]:7001/rpc", "/rpc", "[::1]:7001")]
    [InlineData("ws://[::1]/rpc", "/rpc", "[::1]")]
    [InlineData("ws://b\u00FCcher.example/caf\u00E9 x", "/caf%C3%A9%20x", "xn--bcher-kva.example")]
    public void The_request_names_what_and_where(string address, string target, string host)
    {
        var request = Encoding.ASCII.GetString(new UpgradeOffer(new Uri(address), "key").CreateRequest([], ""));
        Assert.StartsWith($"GET {target} HTTP/1.1\r\nHost: {host}\r\n", request);
        Assert.EndsWith("\r\n\r\n", request);
    }

    [Fact]
    public void The_request_is_one_that_a_listener_upgrades()
    {
        var offer = new UpgradeOffer(new Uri("ws://game.example/rpc"), "dGhlIHNhbXBsZSBub25jZQ==");
        var bytes = offer.CreateRequest(new Dictionary<string, string> { ["Origin"] = "https://game.example" }, "a=b");
        var options = new WebSocketListenOptions();
        var parser = new RequestHeadParser(options);
        Assert.True(parser.Parse(bytes));
        Assert.Null(UpgradeRequest.Check(parser.Head!, "/rpc", options, out var request));
        Assert.Equal(WebSocketSubProtocol.V1, request!.SubProtocol);
        Assert.Equal(("https://game.example", "a=b"), (parser.Head!.Find("Origin"), parser.Head.Find("Cookie")));

        var answer = new ResponseHeadParser();
        Assert.True(answer.Parse(UpgradeResponse.Accept(request)));
        Assert.Null(offer.Check(answer.Head!));
    }
}
