using Rpc.Transport.WebSockets;
using Rpc.Transports;

namespace Rpc;

/// <summary>Adds the WebSocket transport to clients and servers.</summary>
public static class WebSocketTransportExtensions
{
    /// <summary>Connects to <c>ws</c> and <c>wss</c> addresses with settings of one's own.</summary>
    /// <typeparam name="T">The options of a client.</typeparam>
    /// <param name="options">The options.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <returns>The same options.</returns>
    public static T UseWebSocket<T>(this T options, Action<WebSocketClientOptions> configure)
        where T : IRpcClientTransportCollection
    {
        if (configure is null)
        {
            throw new ArgumentNullException(nameof(configure));
        }

        var settings = new WebSocketClientOptions();
        configure(settings);
        options.AddTransport(new WebSocketClientTransport(settings));
        return options;
    }

    /// <summary>Listens for WebSocket connections, without a web framework.</summary>
    /// <typeparam name="T">The builder of a server.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="url">Scheme (<c>http</c>; <c>https</c> with TLS), host (an IP address, a name, or <c>*</c> for every address of the machine), port
    /// (0 for any that is free) and path: <c>http://*:7001/rpc</c>.</param>
    /// <param name="configure">Changes the settings; needed by <c>https</c>, to name a certificate.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">The address is malformed or a setting is below its least value.</exception>
    public static T ListenWebSocket<T>(this T builder, string url, Action<WebSocketListenOptions>? configure = null)
        where T : IRpcServerTransportCollection
    {
        var settings = new WebSocketListenOptions();
        configure?.Invoke(settings);
        builder.AddTransport(new WebSocketServerTransport(url, settings));
        return builder;
    }
}
