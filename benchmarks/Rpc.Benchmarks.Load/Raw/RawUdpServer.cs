using System.Net;
using System.Net.Sockets;

namespace Rpc.Benchmarks.Load.Raw;

/// <summary>The yardstick over UDP: one socket, <c>ReceiveFrom</c> and <c>SendTo</c> on a <see cref="SocketAddress"/>, all frames of one datagram answered by
/// one datagram. It remembers nobody.</summary>
internal sealed class RawUdpServer : IDisposable
{
    private readonly Socket _socket;

    public RawUdpServer(string transport, IPAddress address, int port)
    {
        _socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4 * 1024 * 1024, SendBufferSize = 4 * 1024 * 1024 };
        _socket.Bind(new IPEndPoint(address, port));
        Address = new Uri($"udp://{_socket.LocalEndPoint}?{transport}");
    }

    public Uri Address { get; }

    public async Task RunAsync()
    {
        var buffer = new byte[RawUdpPipe.DatagramSize];
        var items = new byte[RawUdpPipe.DatagramSize];
        var from = new SocketAddress(_socket.AddressFamily);
        while (true)
        {
            int length;
            try
            {
                length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from);
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (RawUdpPipe.TryReadRequest(buffer.AsSpan(0, length), out var datagrams))
            {
                for (var i = 0; i < datagrams; i++)
                {
                    _socket.SendTo(items, SocketFlags.None, from);
                }

                continue;
            }

            RawFrame.AnswerAll(buffer.AsSpan(0, length));
            _socket.SendTo(buffer.AsSpan(0, length), SocketFlags.None, from);
        }
    }

    public void Dispose() => _socket.Dispose();
}
