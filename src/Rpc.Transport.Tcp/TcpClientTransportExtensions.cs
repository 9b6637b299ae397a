using Rpc.Transport.Tcp;
using Rpc.Transports;

namespace Rpc;

/// <summary>Configures how a client connects over TCP, TLS and Unix sockets.</summary>
public static class TcpClientTransportExtensions
{
    /// <summary>Makes a client use these options for <c>tcp</c>, <c>tcps</c> and <c>unix</c>.</summary>
    /// <typeparam name="T">The type of the client's options.</typeparam>
    /// <param name="options">The client's options.</param>
    /// <param name="configure">Changes the transport's options.</param>
    /// <returns><paramref name="options"/>.</returns>
    public static T UseTcp<T>(this T options, Action<TcpClientOptions> configure)
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

        var tcp = new TcpClientOptions();
        configure(tcp);
        options.AddTransport(new TcpClientTransport(tcp));
        return options;
    }
}
