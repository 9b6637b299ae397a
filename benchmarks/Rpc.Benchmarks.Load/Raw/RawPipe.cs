using System.Net;
using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The few operations that the raw loops need, over a socket or a WebSocket.</summary>
internal abstract class RawPipe : IAsyncDisposable
{
    public static RawPipe Over(Socket socket)
    {
        if (socket.ProtocolType == ProtocolType.Tcp)
        {
            socket.NoDelay = true;
        }

        return new SocketPipe(socket);
    }

    public static async Task<RawPipe> ConnectAsync(Uri address)
    {
        if (address.Scheme == "ws")
        {
            return await RawWebSocket.ConnectAsync(address);
        }

        var unix = address.Scheme == "unix";
        var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(unix ? new UnixDomainSocketEndPoint(address.AbsolutePath) : new IPEndPoint(IPAddress.Parse(address.Host), address.Port));
        return Over(socket);
    }

    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer);

    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer);

    public abstract ValueTask DisposeAsync();

    public async ValueTask ReadExactAsync(Memory<byte> buffer)
    {
        if (!await TryReadExactAsync(buffer))
        {
            throw new IOException("The peer has gone.");
        }
    }

    public async ValueTask<bool> TryReadExactAsync(Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var read = await ReadAsync(buffer);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
        }

        return true;
    }

    private sealed class SocketPipe(Socket socket) : RawPipe
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await socket.SendAsync(buffer, SocketFlags.None)..];
            }
        }

        public override ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }
}
