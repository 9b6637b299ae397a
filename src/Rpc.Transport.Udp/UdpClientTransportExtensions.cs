using Rpc.Transport.Udp;
using Rpc.Transports;

namespace Rpc;

/// <summary>Configures how a client connects over UDP.</summary>
public static class UdpClientTransportExtensions
{
    /// <summary>Makes a client use these options for <c>udp</c>.</summary>
    /// <typeparam name="T">The type of the client's options.</typeparam>
    /// <param name="options">The client's options.</param>
    /// <param name="configure">Changes the transport's options; one way of security must be chosen.</param>
    /// <returns><paramref name="options"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static T UseUdp<T>(this T options, Action<UdpClientOptions> configure)
        where T : IRpcClientTransportCollection
    {
        if (options is null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var udp = new UdpClientOptions();
        configure(udp);
        options.AddTransport(new UdpClientTransport(udp));
        return options;
    }
}
