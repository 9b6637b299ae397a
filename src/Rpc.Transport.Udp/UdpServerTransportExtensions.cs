using System.Net;
using Rpc.Transport.Udp;
using Rpc.Transport.Udp.Internal;
using Rpc.Transports;

namespace Rpc;

/// <summary>Lets a server listen at UDP ports.</summary>
public static class UdpServerTransportExtensions
{
    /// <summary>Listens at a UDP port.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="address">The address of the interface; <see cref="IPAddress.Any"/> or <see cref="IPAddress.IPv6Any"/> for all.</param>
    /// <param name="port">The port; 0 takes a free one, which the listener's address tells.</param>
    /// <param name="configure">Changes the options; at least one way of security must be chosen.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no way of security was chosen.</exception>
    public static T ListenUdp<T>(this T builder, IPAddress address, int port, Action<UdpListenOptions> configure)
        where T : IRpcServerTransportCollection => builder.ListenUdp(new IPEndPoint(address, port), configure);

    /// <summary>Listens at a UDP end point.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="endPoint">The end point; port 0 takes a free one, which the listener's address tells.</param>
    /// <param name="configure">Changes the options; at least one way of security must be chosen.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or no way of security was chosen.</exception>
    public static T ListenUdp<T>(this T builder, IPEndPoint endPoint, Action<UdpListenOptions> configure)
        where T : IRpcServerTransportCollection
    {
        if (builder is null)
        {
            throw new ArgumentNullException(nameof(builder));
        }

        if (endPoint is null)
        {
            throw new ArgumentNullException(nameof(endPoint));
        }

        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var options = new UdpListenOptions();
        configure(options);
        options.Validate();
        builder.AddTransport(new UdpServerTransport(endPoint, options));
        return builder;
    }
}
