using System.Net.WebSockets;
using System.Text;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;

namespace Rpc.Transport.WebSockets.Tests.Echo;

/// <summary>The echo program, on which outside suites test the handshake and the frames of this project.</summary>
public sealed class EchoTests : IAsyncLifetime
{
    private EchoProcess _server = null!;
    private Uri _address = null!;

    public async Task InitializeAsync()
    {
        _server = await EchoProcess.StartAsync("--port", "0");
        Assert.StartsWith("Listening at ws://", _server.FirstLine);
        _address = new Uri(_server.FirstLine["Listening at ".Length..]);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(WebSocketMessageType.Text, 0)]
    [InlineData(WebSocketMessageType.Text, 1)]
    [InlineData(WebSocketMessageType.Text, 70_000)]
    [InlineData(WebSocketMessageType.Binary, 0)]
    [InlineData(WebSocketMessageType.Binary, 126)]
    [InlineData(WebSocketMessageType.Binary, 16 * 1024 * 1024)]
    public async Task A_message_comes_back_as_it_was(WebSocketMessageType type, int length)
    {
        using var client = await ConnectAsync();
        var message = type == WebSocketMessageType.Text
            ? Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, length).Select(static i => i % 3 == 0 ? "\u20AC" : "x")))
            : TestBytes.Make(length);
        var echo = ReceiveAsync(client);
        await client.SendAsync(message, type, endOfMessage: true, default).WaitAsync(TestTimeouts.HangGuard);

        var (echoType, echoed) = await echo;
        Assert.Equal(type, echoType);
        Assert.Equal(message, echoed);
        await CloseAsync(client);
    }

    [Fact]
    public async Task A_fragmented_text_comes_back_even_when_a_character_is_split()
    {
        using var client = await ConnectAsync();
        byte[] euros = [0xE2, 0x82, 0xAC, 0xE2, 0x82, 0xAC];
        for (var i = 0; i < euros.Length; i++)
        {
            await client.SendAsync(euros.AsMemory(i, 1), WebSocketMessageType.Text, i == euros.Length - 1, default);
        }

        Assert.Equal((WebSocketMessageType.Text, "\u20AC\u20AC"), await ReceiveTextAsync(client));
        await CloseAsync(client);

        static async Task<(WebSocketMessageType, string)> ReceiveTextAsync(WebSocket client)
        {
            var (type, message) = await ReceiveAsync(client);
            return (type, Encoding.UTF8.GetString(message));
        }
    }

    [Fact]
    public async Task Invalid_UTF8_is_closed_with_1007()
    {
        using var client = await ConnectAsync();
        await client.SendAsync(new byte[] { (byte)'a', 0xC0, 0xAF }, WebSocketMessageType.Text, endOfMessage: true, default);

        var received = await client.ReceiveAsync(new byte[16], default).WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, received.CloseStatus);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure, "done")]
    [InlineData((WebSocketCloseStatus)4242, "my own")]
    public async Task A_close_is_answered_by_its_own_status(WebSocketCloseStatus status, string description)
    {
        using var client = await ConnectAsync();
        await client.CloseAsync(status, description, default).WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal(status, client.CloseStatus);
        Assert.Equal(description, client.CloseStatusDescription);
    }

    [Fact]
    public async Task A_close_without_status_is_answered_by_1000()
    {
        await using var peer = await RawPeer.ConnectAsync(_address);
        await peer.SendAsync(RawPeer.Request("GET / HTTP/1.1"));
        await peer.ReadHeadAsync();
        await peer.SendFrameAsync(0x88, [], isMasked: true);
        Assert.Equal(1000, await peer.ReadCloseAsync());
        Assert.Null(await peer.ReadFrameAsync());
    }

    [Fact]
    public async Task As_a_client_it_echoes_until_the_server_closes()
    {
        await using var server = RawServer.Start();
        var start = EchoProcess.StartAsync("--connect", server.Address.AbsoluteUri);
        var peer = await server.AcceptAsync();
        await peer.AcceptUpgradeAsync(await peer.ReadHeadAsync(), header: null);
        var client = await start;
        Assert.StartsWith("Connected to ws://", client.FirstLine);

        await peer.SendFrameAsync(0x81, "hello"u8.ToArray(), isMasked: false);
        var frame = (await peer.ReadFrameAsync())!.Value;
        Assert.Equal((0x81, "hello"), (frame.FirstByte, Encoding.ASCII.GetString(frame.Payload)));
        await peer.SendFrameAsync(0x88, [0x03, 0xE8], isMasked: false);
        Assert.Equal(1000, await peer.ReadCloseAsync());
        await peer.DisposeAsync();
        Assert.Equal(0, await client.WaitForExitAsync());
        await client.DisposeAsync();
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(_address, default).WaitAsync(TestTimeouts.HangGuard);
        return client;
    }

    private static async Task<(WebSocketMessageType Type, byte[] Message)> ReceiveAsync(WebSocket client)
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await client.ReceiveAsync(buffer, default).WaitAsync(TestTimeouts.HangGuard);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return (received.MessageType, message.ToArray());
            }
        }
    }

    private static Task CloseAsync(WebSocket client) =>
        client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(TestTimeouts.HangGuard);
}
