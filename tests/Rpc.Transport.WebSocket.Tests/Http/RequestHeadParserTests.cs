using System.Text;
using Rpc.Transport.WebSockets.Http;
using Rpc.Transport.WebSockets.Tests.Support;

namespace Rpc.Transport.WebSockets.Tests.Http;

public sealed class RequestHeadParserTests
{
    [Fact]
    public void A_request_is_parsed_the_same_however_it_arrives()
    {
        var request = Encoding.Latin1.GetBytes(RawPeer.Request("GET /rpc?x HTTP/1.1", "X-Name: J\u00F6rg \t") + "what follows");
        var whole = new RequestHeadParser(new WebSocketListenOptions());
        Assert.True(whole.Parse(request));
        Assert.Equal("what follows", Encoding.Latin1.GetString(request.AsSpan(whole.Length)));

        for (var split = 1; split < whole.Length; split++)
        {
            var parser = new RequestHeadParser(new WebSocketListenOptions());
            Assert.False(parser.Parse(request.AsSpan(0, split)));
            Assert.True(parser.Parse(request.AsSpan(0, whole.Length)));
            AssertParsed(parser, whole.Length);
        }

        var slow = new RequestHeadParser(new WebSocketListenOptions());
        for (var length = 1; length < whole.Length; length++)
        {
            Assert.False(slow.Parse(request.AsSpan(0, length)));
        }

        Assert.True(slow.Parse(request.AsSpan(0, whole.Length)));
        AssertParsed(slow, whole.Length);

        static void AssertParsed(RequestHeadParser parser, int length)
        {
            Assert.Null(parser.Refusal);
            Assert.Equal(length, parser.Length);
            Assert.Equal(("GET", "/rpc?x", 11), (parser.Head!.Method, parser.Head.Target, parser.Head.Version));
            Assert.Equal(7, parser.Head.HeaderCount);
            Assert.Equal("J\u00F6rg", parser.Head.Find("x-name"));
            Assert.Equal(RawPeer.Key, parser.Head.Find("SEC-WEBSOCKET-KEY"));
            Assert.Null(parser.Head.Find("Origin"));
        }
    }

    [Fact]
    public void A_request_line_may_reach_its_limit_and_not_exceed_it()
    {
        var limits = new WebSocketListenOptions { MaxRequestLineLength = 100 };
        Assert.Null(Refusal(limits, Line(100) + "\r\n"));
        Assert.Equal(414, Refusal(limits, Line(101) + "\r\n"));
        Assert.Equal(414, Refusal(limits, Line(120)));
        Assert.Null(Refusal(limits, Line(100)));

        static string Line(int length) => "GET /" + new string('x', length - 14) + " HTTP/1.1";
    }

    [Fact]
    public void A_header_line_may_reach_its_limit_and_not_exceed_it()
    {
        var limits = new WebSocketListenOptions { MaxHeaderLineLength = 100 };
        Assert.Null(Refusal(limits, "GET / HTTP/1.1\r\n" + Line(100) + "\r\n"));
        Assert.Equal(431, Refusal(limits, "GET / HTTP/1.1\r\n" + Line(101) + "\r\n"));
        Assert.Equal(431, Refusal(limits, "GET / HTTP/1.1\r\n" + Line(120)));

        static string Line(int length) => "X: " + new string('x', length - 3);
    }

    [Fact]
    public void Headers_may_reach_their_number_and_not_exceed_it()
    {
        var limits = new WebSocketListenOptions { MaxHeaderCount = 10 };
        Assert.Null(Refusal(limits, Request(10)));
        Assert.Equal(431, Refusal(limits, Request(11)));

        static string Request(int count) => "GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", count)) + "\r\n";
    }

    [Fact]
    public void A_request_may_reach_its_limit_and_not_exceed_it()
    {
        var limits = new WebSocketListenOptions { MaxRequestSize = 300 };
        Assert.Null(Refusal(limits, Request(300)));
        Assert.Null(Refusal(limits, Request(300) + "what follows"));
        Assert.Equal(431, Refusal(limits, Request(301)));
        Assert.Equal(431, Refusal(limits, Request(400)[..300]));

        static string Request(int length) => "GET / HTTP/1.1\r\nX: " + new string('x', length - 23) + "\r\n\r\n";
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damaged_requests_are_refused_or_parsed_and_never_throw(int seed)
    {
        var random = new Random(seed);
        var intact = Encoding.Latin1.GetBytes(RawPeer.Request());
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = intact.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var parser = new RequestHeadParser(new WebSocketListenOptions());
            var done = parser.Parse(damaged.AsSpan(0, random.Next(damaged.Length)));
            done = done || parser.Parse(damaged);
            if (done && parser.Refusal is null)
            {
                var refusal = UpgradeRequest.Check(parser.Head!, "/rpc", new WebSocketListenOptions(), out var request);
                Assert.True(refusal is null ^ request is null);
            }
        }
    }

    private static int? Refusal(WebSocketListenOptions limits, string received)
    {
        limits.Validate();
        var parser = new RequestHeadParser(limits);
        parser.Parse(Encoding.Latin1.GetBytes(received));
        return parser.Refusal?.Status;
    }
}
