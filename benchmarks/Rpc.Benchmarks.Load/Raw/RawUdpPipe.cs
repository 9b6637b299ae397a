using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The client's end of the raw loops over UDP: a write is as many datagrams as it needs, a read is one datagram.</summary>
internal sealed class RawUdpPipe : RawPipe
{
    /// <summary>As long as the transport's packets: 75 frames, or 37 items of a stream.</summary>
    public const int DatagramSize = 1200;

    /// <summary>In place of a frame's length: send items.</summary>
    private const int Request = -1;

    private readonly Socket _socket;

    private RawUdpPipe(Socket socket) => _socket = socket;

    public static RawUdpPipe Connect(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1024 * 1024 };
        socket.Connect(IPAddress.Parse(address.Host), address.Port);
        return new RawUdpPipe(socket);
    }

    /// <summary>Asks for so many datagrams of items: the client is the brake, as datagrams have none.</summary>
    public void RequestItems(int datagrams)
    {
        Span<byte> request = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(request, Request);
        BinaryPrimitives.WriteInt32LittleEndian(request[4..], datagrams);
        _socket.Send(request);
    }

    public static bool TryReadRequest(ReadOnlySpan<byte> datagram, out int datagrams)
    {
        var isRequest = datagram.Length == 8 && BinaryPrimitives.ReadInt32LittleEndian(datagram) == Request;
        datagrams = isRequest ? BinaryPrimitives.ReadInt32LittleEndian(datagram[4..]) : 0;
        return isRequest;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer) => _socket.ReceiveAsync(buffer, SocketFlags.None);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer)
    {
        for (var rest = buffer.Span; !rest.IsEmpty;)
        {
            var length = Math.Min(rest.Length, DatagramSize);
            _socket.Send(rest[..length]);
            rest = rest[length..];
        }

        return default;
    }

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }
}
