using System.Net;
using System.Net.Sockets;
using Rpc.Transport.Tcp;
using Rpc.Transport.Tcp.Internal;
using Rpc.Transports;

namespace Rpc;

/// <summary>Lets a server listen at TCP ports, with or without TLS, and at Unix sockets.</summary>
public static class TcpServerTransportExtensions
{
    /// <summary>Listens at a TCP port. With a <see cref="TcpListenOptions.ServerCertificate"/> it is TLS.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="address">The address of the interface; <see cref="IPAddress.Any"/> or <see cref="IPAddress.IPv6Any"/> for all.</param>
    /// <param name="port">The port; 0 takes a free one, which the listener's address tells.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static T ListenTcp<T>(this T builder, IPAddress address, int port, Action<TcpListenOptions>? configure = null)
        where T : IRpcServerTransportCollection => builder.ListenTcp(new IPEndPoint(address, port), configure);

    /// <summary>Listens at a TCP end point. With a <see cref="TcpListenOptions.ServerCertificate"/> it is TLS.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="endPoint">The end point; port 0 takes a free one, which the listener's address tells.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static T ListenTcp<T>(this T builder, IPEndPoint endPoint, Action<TcpListenOptions>? configure = null)
        where T : IRpcServerTransportCollection
    {
        if (endPoint is null)
        {
            throw new ArgumentNullException(nameof(endPoint));
        }

        return Add(builder, endPoint, Configure(configure));
    }

    /// <summary>Listens at a Unix socket: <c>unix:///path</c>. Its file is made when the server starts, and removed when it stops; one
    /// that a crashed server left behind is replaced.</summary>
    /// <typeparam name="T">The builder's type.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file, at most about 100 bytes long. Who may write to it may connect: protect its folder.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentException">The path is empty or too long, TLS was configured, or an option is out of its range.</exception>
    public static T ListenUnix<T>(this T builder, string path, Action<TcpListenOptions>? configure = null)
        where T : IRpcServerTransportCollection
    {
        if (path is null)
        {
            throw new ArgumentNullException(nameof(path));
        }

        var options = Configure(configure);
        if (options.UsesTls)
        {
            throw new ArgumentException("A Unix socket does not leave the machine; it is used without TLS.", nameof(configure));
        }

        return Add(builder, new UnixDomainSocketEndPoint(Path.GetFullPath(path)), options);
    }

    private static TcpListenOptions Configure(Action<TcpListenOptions>? configure)
    {
        var options = new TcpListenOptions();
        configure?.Invoke(options);
        options.Validate();
        return options;
    }

    private static T Add<T>(T builder, EndPoint endPoint, TcpListenOptions options)
        where T : IRpcServerTransportCollection
    {
        if (builder is null)
        {
            throw new ArgumentNullException(nameof(builder));
        }

        builder.AddTransport(new SocketServerTransport(endPoint, options));
        return builder;
    }
}
