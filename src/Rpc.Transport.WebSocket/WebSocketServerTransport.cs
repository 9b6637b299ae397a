using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets;

/// <summary>Listens for WebSocket connections (RFC 6455) at one address, without a web framework.</summary>
public sealed class WebSocketServerTransport : IRpcServerTransport
{
    private readonly ListenUrl _url;
    private readonly WebSocketListenOptions _options;

    /// <summary>Names the address.</summary>
    /// <param name="url">Scheme (<c>http</c> or <c>ws</c>; <c>https</c> or <c>wss</c> with TLS), host (an IP address, a name, or <c>*</c> for every
    /// address of the machine), port (0 for any that is free) and path: <c>http://*:7001/rpc</c>.</param>
    /// <param name="options">The settings; they must not change any more. Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address is malformed or a setting is below its least value.</exception>
    public WebSocketServerTransport(string url, WebSocketListenOptions? options = null)
    {
        _url = ListenUrl.Parse(url);
        _options = options ?? new WebSocketListenOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public async ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) =>
        new WebSocketListener(await WebSocketAcceptor.StartAsync(_url, _options, context, cancellationToken).ConfigureAwait(false));
}
