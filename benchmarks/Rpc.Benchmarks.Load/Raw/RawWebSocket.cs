using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The raw loops over System.Net.WebSockets: whatever one write holds is one binary message.</summary>
internal sealed class RawWebSocket : RawPipe
{
    private readonly WebSocket _socket;

    private RawWebSocket(WebSocket socket) => _socket = socket;

    public static new async Task<RawPipe> ConnectAsync(Uri address)
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(address, CancellationToken.None);
        return new RawWebSocket(client);
    }

    /// <summary>The shortest upgrade that a client of our own needs (RFC 6455 section 4.2.2).</summary>
    public static async Task<RawPipe> AcceptAsync(Socket socket)
    {
        socket.NoDelay = true;
        var stream = new NetworkStream(socket, ownsSocket: true);
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            request.Append((char)one[0]);
        }

        var key = request.ToString().Split("\r\n").Single(static line => line.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
#pragma warning disable CA5350 // RFC 6455 section 1.3 says SHA-1.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        return new RawWebSocket(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true }));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer) => (await _socket.ReceiveAsync(buffer, CancellationToken.None)).Count;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer) => _socket.SendAsync(buffer, WebSocketMessageType.Binary, true, CancellationToken.None);

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
