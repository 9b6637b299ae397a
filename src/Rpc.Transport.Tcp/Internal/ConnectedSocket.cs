using System.Net.Sockets;
#if NET8_0_OR_GREATER
using Rpc.Transport.Tcp.Polling;
#endif

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A socket that has been connected, and how it is waited for.</summary>
internal sealed class ConnectedSocket : IDisposable
{
    /// <summary>A socket that the platform waits for.</summary>
    internal ConnectedSocket(Socket socket) => Socket = socket;

    internal Socket Socket { get; }

    /// <summary>An accepted socket.</summary>
    internal static ConnectedSocket Accepted(Socket socket, TcpListenOptions options)
    {
#if NET8_0_OR_GREATER
        if (options.UsePollThreads && SocketPoller.IsSupported)
        {
            return new ConnectedSocket(new PolledSocket(socket, options.ReceiveSpinCount));
        }
#endif
        return new ConnectedSocket(socket);
    }

#if NET8_0_OR_GREATER
    /// <summary>A socket that threads of our own wait for.</summary>
    internal ConnectedSocket(PolledSocket polled)
    {
        Polled = polled;
        Socket = polled.Socket;
    }

    internal PolledSocket? Polled { get; }
#endif

    public void Dispose()
    {
#if NET8_0_OR_GREATER
        Polled?.Dispose();
#endif
        Socket.Dispose();
    }
}
