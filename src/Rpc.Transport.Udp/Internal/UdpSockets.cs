using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Rpc.Transport.Udp.Protocol;
#if NET8_0_OR_GREATER
using Rpc.Transport.Tcp.Polling;
using Rpc.Transport.Udp.Linux;
#endif

namespace Rpc.Transport.Udp.Internal;

/// <summary>Makes UDP sockets.</summary>
internal static class UdpSockets
{
    private const int ClientBuffer = 1024 * 1024;
    private const int ServerBuffer = 4 * 1024 * 1024;

    // SIO_UDP_CONNRESET: without it an ICMP message makes later receives fail on Windows.
    private const int ConnectionReset = unchecked((int)0x9800000C);

#if NET8_0_OR_GREATER
    private const int Ipv6Level = 41;
    private const int Ipv6MtuDiscover = 23;
    private const int PmtuDiscoverDo = 2;
#endif

    internal static IDatagramSocket Connect(IPEndPoint remote, UdpOptions options)
    {
        var socket = Create(remote.AddressFamily, options, ClientBuffer);
        try
        {
            socket.Connect(remote);
            return Wrap(socket, options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static IDatagramSocket Bind(IPEndPoint local, UdpListenOptions options)
    {
        var socket = Create(local.AddressFamily, options, ServerBuffer);
        try
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                socket.ExclusiveAddressUse = true;
            }

            if (local.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = options.DualStack;
            }

            socket.Bind(local);
            return Wrap(socket, options);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

#if NET8_0_OR_GREATER
    private static IDatagramSocket Wrap(Socket socket, UdpOptions options) => SocketPoller.IsSupported && options.UsePollThreads
        ? new PolledDatagramSocket(socket, options.UseSegmentationOffload)
        : new PlainDatagramSocket(socket);
#else
    private static PlainDatagramSocket Wrap(Socket socket, UdpOptions options) => new(socket);
#endif

    // What is too long must be lost, or the search finds what fragments carry.
    private static void ForbidFragments(Socket socket)
    {
        try
        {
            if (socket.AddressFamily == AddressFamily.InterNetwork)
            {
                socket.DontFragment = true;
            }
#if NET8_0_OR_GREATER
            else if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux))
            {
                // IPV6_MTU_DISCOVER: IPV6_PMTUDISC_DO.
                socket.SetRawSocketOption(Ipv6Level, Ipv6MtuDiscover, BitConverter.GetBytes(PmtuDiscoverDo));
            }
#endif
        }
        catch (SocketException)
        {
            // The system does not offer it; what it fragments arrives all the same.
        }
    }

    private static Socket Create(AddressFamily family, UdpOptions options, int buffer)
    {
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            {
                socket.IOControl(ConnectionReset, [0, 0, 0, 0], null);
            }
        }
        catch (SocketException)
        {
            // An old system; its failed receives are repeated.
        }

        if (options.MaxDatagramSize > Packet.MaxSize)
        {
            ForbidFragments(socket);
        }

        socket.SendBufferSize = options.SendBufferSize ?? buffer;
        socket.ReceiveBufferSize = options.ReceiveBufferSize ?? buffer;
        return socket;
    }
}
