using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Connections;

public sealed class FromWebSocketTests
{
    [Fact]
    public async Task A_WebSocket_opened_elsewhere_carries_the_stream()
    {
        var (one, other) = CreatePair();
        await using var client = WebSocketTransport.FromWebSocket(one);
        await using var server = WebSocketTransport.FromWebSocket(other);
        await Task.WhenAll(client.Output.WriteTestBytesAsync(100_000), server.Input.ReadTestBytesAsync(100_000)).WaitAsync(TestTimeouts.HangGuard);
        await server.Output.CompleteAsync().AsTask().WaitAsync(TestTimeouts.HangGuard);
        Assert.Equal(0, await client.Input.ReadTestBytesToEndAsync().WaitAsync(TestTimeouts.HangGuard));
    }

    [Fact]
    public async Task What_is_known_of_the_peer_is_told()
    {
        var (one, _) = CreatePair();
        var local = new IPEndPoint(IPAddress.Loopback, 1);
        var remote = new IPEndPoint(IPAddress.Loopback, 2);
        await using var connection = WebSocketTransport.FromWebSocket(
            one,
            new WebSocketPeerInformation { IsEncrypted = true, LocalEndPoint = local, RemoteEndPoint = remote, RemoteCertificate = TestCertificates.Shared.Client });
        Assert.Equal(("wss", true), (connection.Scheme, connection.IsEncrypted));
        Assert.Equal((local, remote), (connection.LocalEndPoint, connection.RemoteEndPoint));
        Assert.Same(TestCertificates.Shared.Client, connection.RemoteCertificate);

        var (other, _) = CreatePair();
        await using var unknown = WebSocketTransport.FromWebSocket(other);
        Assert.Equal(("ws", false), (unknown.Scheme, unknown.IsEncrypted));
        Assert.Null(unknown.RemoteEndPoint);
    }

    [Fact]
    public void A_WebSocket_that_is_not_open_is_an_argument_error()
    {
        var (one, _) = CreatePair();
        one.Abort();
        Assert.Throws<ArgumentException>(() => WebSocketTransport.FromWebSocket(one));
        Assert.Throws<ArgumentNullException>(() => WebSocketTransport.FromWebSocket(null!));
    }

    [Fact]
    public async Task Disposing_the_connection_disposes_the_WebSocket()
    {
        var (one, _) = CreatePair();
        var connection = WebSocketTransport.FromWebSocket(one);
        await connection.DisposeAsync();
        Assert.Equal(WebSocketState.Aborted, one.State);
    }

    private static (WebSocket Client, WebSocket Server) CreatePair()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (Create(down.Reader, up.Writer, isServer: false), Create(up.Reader, down.Writer, isServer: true));

        static WebSocket Create(PipeReader reader, PipeWriter writer, bool isServer) => WebSocket.CreateFromStream(
            new DuplexStream(reader.AsStream(), writer.AsStream()),
            new WebSocketCreationOptions { IsServer = isServer, SubProtocol = WebSocketSubProtocol.V1, KeepAliveInterval = Timeout.InfiniteTimeSpan });
    }
}
