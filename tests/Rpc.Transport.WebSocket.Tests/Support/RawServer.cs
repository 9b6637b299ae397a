using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.WebSockets.Tests.Support;

/// <summary>A server that is no more than a socket: its answers are the test's.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<RawPeer> _peers = [];

    private RawServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        Address = new Uri($"ws://{_socket.LocalEndPoint}/rpc");
    }

    public Uri Address { get; }

    public static RawServer Start() => new();

    public async Task<RawPeer> AcceptAsync()
    {
        var socket = await _socket.AcceptAsync().WaitAsync(TestTimeouts.HangGuard);
        socket.NoDelay = true;
        var peer = new RawPeer(new NetworkStream(socket, ownsSocket: true));
        _peers.Add(peer);
        return peer;
    }

    public void StopListening() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        StopListening();
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }
    }
}
