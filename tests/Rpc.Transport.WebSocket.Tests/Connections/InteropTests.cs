using System.Net.WebSockets;
using System.Text;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

/// <summary>What the conformance suite over the platform's frames does not reach: fragments, extensions, who closes first.</summary>
public sealed class InteropTests : ListenerTest
{
    [Fact]
    public async Task Fragments_of_the_platforms_client_are_one_stream()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        {
            var read = server.Input.ReadTestBytesAsync(200_300);
            await client.SendAsync(TestBytes.Make(100), WebSocketMessageType.Binary, endOfMessage: false, default).WaitAsync(TestTimeouts.HangGuard);
            await client.SendAsync(TestBytes.Make(200_000, 100), WebSocketMessageType.Binary, endOfMessage: false, default).WaitAsync(TestTimeouts.HangGuard);
            await client.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Binary, endOfMessage: true, default).AsTask().WaitAsync(TestTimeouts.HangGuard);
            await client.SendAsync(TestBytes.Make(200, 200_100), WebSocketMessageType.Binary, endOfMessage: true, default).WaitAsync(TestTimeouts.HangGuard);
            await read.WaitAsync(TestTimeouts.HangGuard);
        }
    }

    [Fact]
    public async Task Compression_that_the_platforms_client_offers_is_not_taken_up()
    {
        var (client, server) = await ConnectAsync(static options => options.DangerousDeflateOptions = new WebSocketDeflateOptions());
        using (client)
        {
            await client.SendAsync(new byte[1000], WebSocketMessageType.Binary, endOfMessage: true, default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal(new byte[1000], await server.Input.ReadExactlyAsync(1000).WaitAsync(TestTimeouts.HangGuard));
            await server.Output.WriteAsync(new byte[1000]);
            var received = await client.ReceiveAsync(new byte[2000], default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal((1000, true), (received.Count, received.EndOfMessage));
        }
    }

    [Fact]
    public async Task The_platforms_client_closes_first()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        {
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "done", default).WaitAsync(TestTimeouts.HangGuard);
            Assert.True((await server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard)).IsCompleted);
            await server.Output.WriteAsync("last"u8.ToArray());
            await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);

            var buffer = new byte[16];
            var data = await client.ReceiveAsync(buffer, default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal("last", Encoding.ASCII.GetString(buffer, 0, data.Count));
            var close = await client.ReceiveAsync(buffer, default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.NormalClosure), (close.MessageType, close.CloseStatus));
            Assert.Equal(WebSocketState.Closed, client.State);
        }
    }

    [Fact]
    public async Task The_server_closes_first()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        {
            await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
            var close = await client.ReceiveAsync(new byte[16], default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, close.CloseStatus);
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default).WaitAsync(TestTimeouts.HangGuard);
            Assert.True((await server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard)).IsCompleted);
        }
    }

    [Fact]
    public async Task The_platforms_client_is_told_why_it_is_turned_away()
    {
        var (client, server) = await ConnectAsync();
        using (client)
        {
            await client.SendAsync("text"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default).WaitAsync(TestTimeouts.HangGuard);
            var exception = await Assert.ThrowsAsync<TransportException>(() => server.Input.ReadAsync().AsTask().WaitAsync(TestTimeouts.HangGuard));
            Assert.Equal(TransportError.ProtocolViolation, exception.Error);
            await server.DisposeAsync();
            var close = await client.ReceiveAsync(new byte[16], default).WaitAsync(TestTimeouts.HangGuard);
            Assert.Equal(WebSocketCloseStatus.InvalidMessageType, close.CloseStatus);
            Assert.NotEmpty(close.CloseStatusDescription!);
        }
    }

    private async Task<(ClientWebSocket Client, StreamTransportConnection Server)> ConnectAsync(Action<ClientWebSocketOptions>? configure = null)
    {
        var listener = await ListenAsync();
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol(WebSocketSubProtocol.V1);
        configure?.Invoke(client.Options);
        var connect = client.ConnectAsync(listener.Address, default);
        var server = await AcceptAsync(listener);
        await connect.WaitAsync(TestTimeouts.HangGuard);
        return (client, server);
    }
}
