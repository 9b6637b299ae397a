using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Hands out the connections of a socket without TLS.</summary>
internal sealed class SocketListener(SocketAcceptor acceptor, TcpListenOptions options) : IRpcListener
{
    public Uri Address => acceptor.Address;

    public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await acceptor.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } socket)
        {
            try
            {
                return new SocketConnection(Address.Scheme, ConnectedSocket.Of(socket, options.UsePollThreads, options.ReceiveSpinCount), tls: null, options.ReceiveSpinCount);
            }
            catch (SocketException exception)
            {
                Log.AcceptFailed(acceptor.Logger, exception);
                socket.Dispose();
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        acceptor.Dispose();
        return default;
    }
}
