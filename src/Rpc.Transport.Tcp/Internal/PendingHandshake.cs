using System.Net;
using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connection whose TLS handshake is under way.</summary>
internal sealed class PendingHandshake
{
    private readonly SocketCloser _closer;

    internal PendingHandshake(ConnectedSocket connected)
    {
        Connected = connected;
        RemoteEndPoint = GetRemoteEndPoint(connected.Socket);
        Node = new LinkedListNode<PendingHandshake>(this);
        _closer = new SocketCloser(connected);
    }

    internal ConnectedSocket Connected { get; }

    internal EndPoint? RemoteEndPoint { get; }

    /// <summary>The place among those under way.</summary>
    internal LinkedListNode<PendingHandshake> Node { get; }

    /// <summary>Whether it was cut: too slow, evicted, or the listener closes.</summary>
    internal bool IsCut => _closer.IsAborted;

    /// <summary>Ends the handshake with an error. Thread safe.</summary>
    internal void Cut() => _closer.Abort();

    private static EndPoint? GetRemoteEndPoint(Socket socket)
    {
        try
        {
            return EndPoints.Normalize(socket.RemoteEndPoint);
        }
        catch (SocketException)
        {
            // Gone already; the handshake will find out.
            return null;
        }
    }
}
