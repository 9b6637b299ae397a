using System.Net;
using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A UDP end point to listen at.</summary>
internal sealed class UdpServerTransport(IPEndPoint endPoint, UdpListenOptions options) : IRpcServerTransport
{
    public ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return new ValueTask<IRpcListener>(new UdpListener(UdpSockets.Bind(endPoint, options), options, context));
        }
        catch (SocketException exception)
        {
            throw SocketErrors.Map(exception);
        }
    }
}
