using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>A TCP end point or a Unix socket to listen at.</summary>
internal sealed class SocketServerTransport(EndPoint endPoint, TcpListenOptions options) : IRpcServerTransport
{
    public async ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (endPoint is UnixDomainSocketEndPoint unix)
            {
                await UnixSocketFile.RemoveStaleAsync(unix, unix.ToString()).ConfigureAwait(false);
            }

            var acceptor = new SocketAcceptor(Bind(), options, context);
            return options.UsesTls ? new TlsListener(acceptor, options, context) : new SocketListener(acceptor, options);
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            throw exception is SocketException { SocketErrorCode: SocketError.AddressNotAvailable }
                ? new TransportException(TransportError.Unknown, $"{endPoint} is no address of this machine.", exception)
                : SocketErrors.Map(exception);
        }
    }

    private Socket Bind()
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (endPoint is IPEndPoint ip)
            {
                if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
                {
                    // Without it another process may bind the same port and take the connections.
                    socket.ExclusiveAddressUse = true;
                }

                if (ip.Address.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = options.DualStack;
                }
            }

            // Accepted sockets inherit the sizes, and with them the window scale of the handshake, which comes before the accept.
            SocketSettings.Apply(socket, options.NoDelay, options.SendBufferSize, options.ReceiveBufferSize);
            socket.Bind(endPoint);
            socket.Listen(options.Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
