using System.Net.WebSockets;
using Rpc.Transport.WebSockets.Internal;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets;

/// <summary>Opens WebSocket connections (RFC 6455): <c>ws</c> and, over TLS, <c>wss</c>. Thread safe.</summary>
public sealed class WebSocketClientTransport : IRpcClientTransport
{
    private static readonly string[] s_schemes = ["ws", "wss"];

    private readonly WebSocketClientOptions _options;

    /// <summary>Connects with the default settings.</summary>
    public WebSocketClientTransport()
        : this(new WebSocketClientOptions())
    {
    }

    /// <summary>Connects with settings of one's own.</summary>
    /// <param name="options">The settings; they must not change while a connect is under way.</param>
    public WebSocketClientTransport(WebSocketClientOptions options) => _options = options ?? throw new ArgumentNullException(nameof(options));

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Schemes => s_schemes;

    /// <inheritdoc/>
    /// <remarks>A server that answers with a status of 400 or more has turned the connection away
    /// (<see cref="TransportError.ConnectionRefused"/>); any other answer that is no upgrade to <see cref="WebSocketSubProtocol.V1"/> is a
    /// <see cref="TransportError.ProtocolViolation"/>. The message has the status.</remarks>
    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            throw new ArgumentNullException(nameof(address));
        }

        if (!address.IsAbsoluteUri || address.Scheme is not ("ws" or "wss") || address.Host.Length == 0 || address.Fragment.Length != 0)
        {
            // RFC 6455 section 3: a fragment has no meaning and must not be used.
            throw new ArgumentException($"'{address}' is not a WebSocket address: ws or wss, a host, and no fragment.", nameof(address));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (!PlatformClient.IsNeeded(address, _options))
        {
            return WebSocketTransportConnection.Of(await ClientHandshake.ConnectAsync(address, _options, cancellationToken).ConfigureAwait(false), isServer: false);
        }

        var socket = new ClientWebSocket();
        try
        {
            var connecting = new ConnectingWebSocket(_options, address, socket);
            return await connecting.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var failure = ConnectFailure.From(exception, address, socket);
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw failure;
        }
    }
}
