using System.Net;
using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Turns an address into a connected socket.</summary>
internal static class Connector
{
    /// <summary>Connects to the first of the address's end points that answers: Happy Eyeballs, RFC 8305.</summary>
    internal static async Task<ConnectedSocket> ConnectAsync(Uri address, TcpClientOptions options, CancellationToken cancellationToken)
    {
        if (address.Scheme == Scheme.Unix)
        {
            return await AttemptAsync(new UnixDomainSocketEndPoint(UnixSocketFile.GetPath(address)), options, cancellationToken).ConfigureAwait(false);
        }

        if (address.Port <= 0 || address.Host.Length == 0)
        {
            throw new ArgumentException($"The address '{address}' lacks a host or a port: {address.Scheme}://host:port.", nameof(address));
        }

        if (IPAddress.TryParse(address.DnsSafeHost, out var literal))
        {
            return await AttemptAsync(new IPEndPoint(literal, address.Port), options, cancellationToken).ConfigureAwait(false);
        }

#if NET8_0_OR_GREATER
        var addresses = await Dns.GetHostAddressesAsync(address.IdnHost, cancellationToken).ConfigureAwait(false);
#else
        var addresses = await Dns.GetHostAddressesAsync(address.IdnHost).WaitAsync(cancellationToken).ConfigureAwait(false);
#endif
        var endPoints = AddressOrder.Interleave(addresses, address.Port);
        return endPoints.Count switch
        {
            0 => throw new TransportException(TransportError.HostNotFound, $"The host '{address.Host}' has no address."),
            1 => await AttemptAsync(endPoints[0], options, cancellationToken).ConfigureAwait(false),
            _ => await AddressRace.RunAsync(
                endPoints, (endPoint, token) => AttemptAsync(endPoint, options, token), options, cancellationToken).ConfigureAwait(false),
        };
    }

    private static async Task<ConnectedSocket> AttemptAsync(EndPoint endPoint, TcpClientOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            // Buffer sizes decide the window scale of the handshake: they are set before it.
            SocketSettings.Apply(socket, options.NoDelay, options.SendBufferSize, options.ReceiveBufferSize);

            var connected = await ConnectedSocket.ConnectAsync(
                socket, endPoint, options.UsePollThreads, options.ReceiveSpinCount, cancellationToken).ConfigureAwait(false);
            if (endPoint is IPEndPoint && Equals(connected.Socket.LocalEndPoint, connected.Socket.RemoteEndPoint))
            {
                // A port of the ephemeral range at which nobody listens may be given to the very socket that connects to it.
                connected.Dispose();
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            return connected;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw SocketErrors.Map(exception);
        }
    }
}
