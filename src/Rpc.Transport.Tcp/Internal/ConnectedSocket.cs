using System.Net;
using System.Net.Sockets;
#if NET8_0_OR_GREATER
using Rpc.Transport.Tcp.Polling;
#endif

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A connected socket, and whether threads of our own wait for it or the platform does.</summary>
internal sealed class ConnectedSocket : IDisposable
{
    private ConnectedSocket(Socket socket) => Socket = socket;

    /// <summary>The socket.</summary>
    internal Socket Socket { get; }

#if NET8_0_OR_GREATER
    private PolledSocket? Polled { get; init; }
#endif

    /// <summary>Takes over a socket that was accepted.</summary>
    /// <param name="socket">The socket, none of whose asynchronous operations has been used.</param>
    /// <param name="usePollThreads">Whether threads of our own are to wait for it, where there are any.</param>
    /// <param name="spinCount">How often they look for bytes before they wait.</param>
    internal static ConnectedSocket Of(Socket socket, bool usePollThreads, int spinCount = 0)
    {
#if NET8_0_OR_GREATER
        if (usePollThreads && SocketPoller.IsSupported)
        {
            try
            {
                return new ConnectedSocket(socket) { Polled = new PolledSocket(socket, spinCount) };
            }
            catch (SocketException)
            {
                // The system has no room for one more, or the socket has none left in it; the platform will find out.
            }
        }
#endif
        return new ConnectedSocket(socket);
    }

    /// <summary>Connects a socket.</summary>
    /// <param name="socket">The socket; disposed of when that fails.</param>
    /// <param name="endPoint">Where to.</param>
    /// <param name="usePollThreads">As for <see cref="Of"/>.</param>
    /// <param name="spinCount">As for <see cref="Of"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It failed.</exception>
    internal static async Task<ConnectedSocket> ConnectAsync(
        Socket socket, EndPoint endPoint, bool usePollThreads, int spinCount, CancellationToken cancellationToken)
    {
#if NET8_0_OR_GREATER
        if (usePollThreads && SocketPoller.IsSupported)
        {
            var polled = await PolledSocket.ConnectAsync(socket, endPoint, spinCount, cancellationToken).ConfigureAwait(false);
            return new ConnectedSocket(polled.Socket) { Polled = polled };
        }
#endif

        // Disposal is what ends a connect on every platform that netstandard2.1 runs on.
        using (cancellationToken.Register(static state => ((Socket)state!).Dispose(), socket))
        {
            await socket.ConnectAsync(endPoint).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new ConnectedSocket(socket);
    }

    /// <summary>The socket as a stream, which closes it when disposed of.</summary>
    internal Stream OpenStream()
    {
#if NET8_0_OR_GREATER
        if (Polled is not null)
        {
            return new PolledStream(Polled);
        }
#endif
        return new NetworkStream(Socket, ownsSocket: true);
    }

    /// <summary>The socket as a channel.</summary>
    internal ByteChannel OpenChannel(SocketCloser closer)
    {
#if NET8_0_OR_GREATER
        if (Polled is not null)
        {
            return new PolledChannel(Polled, closer);
        }
#endif
        return new SocketChannel(Socket, closer);
    }

    /// <summary>Ends all waiting for a socket that was closed. Thread safe.</summary>
#pragma warning disable CA1822 // Without threads of our own there is nothing to do.
    internal void Detach()
#pragma warning restore CA1822
    {
#if NET8_0_OR_GREATER
        Polled?.Detach();
#endif
    }

    /// <summary>Closes it. Thread safe.</summary>
    public void Dispose()
    {
        Socket.Dispose();
        Detach();
    }
}
