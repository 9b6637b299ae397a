using System.Net.Sockets;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>The ways in which a socket ends.</summary>
internal sealed class SocketCloser(ConnectedSocket connected)
{
    /// <summary>Most bytes that are read and dropped before a close; a peer that sends more is cut.</summary>
    private const int MaxDrain = 1024 * 1024;

    private volatile bool _isAborted;
    private volatile bool _isEnded;

    /// <summary>Whether this side cut the connection.</summary>
    internal bool IsAborted => _isAborted;

    /// <summary>Sends FIN.</summary>
    internal void End()
    {
        connected.Socket.Shutdown(SocketShutdown.Send);
        _isEnded = true;
    }

    /// <summary>Cuts with RST where the protocol has one. Pending operations of the socket end.</summary>
    internal void Abort()
    {
        _isAborted = true;
        try
        {
            connected.Socket.Close(0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is closed, whatever the system thinks of it.
        }

        connected.Detach();
    }

    /// <summary>Closes; what was sent before <see cref="End"/> is still delivered by the system.</summary>
    internal void Close()
    {
        if (!_isEnded || _isAborted)
        {
            Abort();
            return;
        }

        _isAborted = true;
        Drain();
        connected.Dispose();
    }

    // A close with unread bytes sends RST, which destroys what is still on its way to the peer.
    private void Drain()
    {
        Span<byte> scratch = stackalloc byte[4096];
        var socket = connected.Socket;
        try
        {
            socket.Blocking = false;
            for (var drained = 0; drained < MaxDrain && socket.Available > 0;)
            {
                var received = socket.Receive(scratch, SocketFlags.None, out var error);
                if (received <= 0 || error != SocketError.Success)
                {
                    return;
                }

                drained += received;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer has cut it meanwhile.
        }
    }
}
