using System.Net;
using System.Net.Sockets;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Binds the socket of a listener.</summary>
internal static class ListenSocket
{
    /// <summary>Binds and listens.</summary>
    /// <exception cref="TransportException">The address could not be bound.</exception>
    public static async ValueTask<Socket> BindAsync(ListenUrl url, int backlog, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Socket? socket = null;
        try
        {
            var address = await ResolveAsync(url.Host).ConfigureAwait(false);
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (url.Host == "*" && address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, url.Port));
            socket.Listen(backlog);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw TransportFailure.From(exception, $"{url.Scheme}://{url.Host}:{url.Port} could not be bound");
        }
    }

    private static async ValueTask<IPAddress> ResolveAsync(string host)
    {
        if (host == "*")
        {
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return IPAddress.Loopback;
        }

        var addresses = await Dns.GetHostAddressesAsync(host).ConfigureAwait(false);
        return addresses.Length != 0 ? addresses[0] : throw new SocketException((int)SocketError.HostNotFound);
    }
}
