using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests.Raw;

/// <summary>A socket of the platform's, without any of this library's transports.</summary>
internal sealed class RawSocket : StreamTransportConnection
{
    private readonly Socket _socket;

    private RawSocket(Socket socket)
    {
        _socket = socket;
        Input = PipeReader.Create(new NetworkStream(socket, ownsSocket: false));
        Output = PipeWriter.Create(new SendingStream(socket));
    }

    public override string Scheme => "tcp";

    public override PipeReader Input { get; }

    public override PipeWriter Output { get; }

    public static async Task<RawPeer> ConnectAsync(Uri address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return new RawPeer(new RawSocket(socket));
    }

    public override void Abort() => _socket.Close(0);

    public override ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }

    /// <summary>Ends sending where a stream would end everything.</summary>
    private sealed class SendingStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing && Socket.Connected)
            {
                Socket.Shutdown(SocketShutdown.Send);
            }

            base.Dispose(disposing);
        }
    }
}
