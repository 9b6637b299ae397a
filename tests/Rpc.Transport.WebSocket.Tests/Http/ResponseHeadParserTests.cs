using System.Text;
using Rpc.Transport.WebSockets.Http;

namespace Rpc.Transport.WebSockets.Tests.Http;

public sealed class ResponseHeadParserTests
{
    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: \t a b \t\r\n\r\n", 101)]
    [InlineData("HTTP/1.1 101\r\nUpgrade: websocket\r\nX: a b\r\n\r\n", 101)]
    [InlineData("HTTP/1.0 404 \nUpgrade:websocket\nX:a b\n\n", 404)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 \r\nX: no\r\n\r\nHTTP/1.1 200 OK\r\nUpgrade: websocket\r\nX: a b\r\n\r\n", 200)]
    public void A_head_is_read_however_it_is_cut(string text, int status)
    {
        var bytes = Encoding.Latin1.GetBytes(text + "following");
        for (var step = 1; step <= bytes.Length; step++)
        {
            var parser = new ResponseHeadParser();
            var length = 0;
            do
            {
                length = Math.Min(length + step, bytes.Length);
            }
            while (!parser.Parse(bytes.AsSpan(0, length)));

            Assert.Null(parser.Error);
            Assert.Equal((status, text.Length), (parser.Head!.Status, parser.Length));
            Assert.Equal(("websocket", "a b", 2), (parser.Head.Find("upgrade"), parser.Head.Find("X"), parser.Head.HeaderCount));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 1O1 Switching Protocols\r\n")]
    [InlineData("HTTP/2 101 Switching Protocols\r\n")]
    [InlineData("HTTP/1.x 101 Switching Protocols\r\n")]
    [InlineData("HTTP/1.1 099 Odd\r\n")]
    [InlineData("HTTP/1.1 1010 Odd\r\n")]
    [InlineData("HTTP/1.1\t101 Odd\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX : y\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n: y\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX: y\r\n folded\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX: y\0z\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nX: y\rz\r\n")]
    public void What_is_no_head_is_known_at_the_end_of_its_line(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var parser = new ResponseHeadParser();
        Assert.False(parser.Parse(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.True(parser.Parse(bytes));
        Assert.NotNull(parser.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public void The_limit_is_reached_with_its_last_byte(string start)
    {
        var bytes = new byte[ResponseHeadParser.MaxSize];
        bytes.AsSpan().Fill((byte)'x');
        Encoding.Latin1.GetBytes(start, bytes);
        var parser = new ResponseHeadParser();
        Assert.False(parser.Parse(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.True(parser.Parse(bytes));
        Assert.Contains($"{ResponseHeadParser.MaxSize} bytes", parser.Error);
    }
}
