#if NET
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
#endif
using System.Net.WebSockets;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>One attempt to connect, by the platform's client.</summary>
internal sealed class ConnectingWebSocket
{
    private readonly WebSocketClientOptions _options;
    private readonly Uri _address;
    private readonly ClientWebSocket _socket = new();
    private WebSocketPeerInformation _peer;

    public ConnectingWebSocket(WebSocketClientOptions options, Uri address)
    {
        _options = options;
        _address = address;
        _peer = new WebSocketPeerInformation { IsEncrypted = address.Scheme == "wss" };
    }

    /// <summary>The HTTP status of the answer, as far as the platform tells it; otherwise 0.</summary>
    public int Status =>
#if NET
        (int)_socket.HttpStatusCode;
#else
        0;
#endif

    public void Cut() => _socket.Dispose();

    public async ValueTask<AcceptedWebSocket> ConnectAsync(CancellationToken cancellationToken)
    {
        var settings = _socket.Options;
        settings.AddSubProtocol(WebSocketSubProtocol.V1);
        settings.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        foreach (var header in _options.Headers)
        {
            settings.SetRequestHeader(header.Key, header.Value);
        }

#if NET
        settings.CollectHttpResponseDetails = true;

        // A handler of its own is the only way to the socket: its end points, its delay, the certificate. Disposing it leaves the upgraded stream alone.
        using var handler = CreateHandler();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await _socket.ConnectAsync(_address, invoker, cancellationToken).ConfigureAwait(false);
        _socket.HttpResponseHeaders = null;
#else
        settings.Cookies = _options.Cookies;
        settings.Credentials = _options.Credentials;
        settings.ClientCertificates = _options.ClientCertificates;
        settings.RemoteCertificateValidationCallback = _options.RemoteCertificateValidationCallback;
        if (!_options.UseProxy || _options.Proxy is not null)
        {
            settings.Proxy = _options.UseProxy ? _options.Proxy : null;
        }

        await _socket.ConnectAsync(_address, cancellationToken).ConfigureAwait(false);
#endif
        if (_socket.SubProtocol != WebSocketSubProtocol.V1)
        {
            throw new TransportException(TransportError.ProtocolViolation, $"the server did not choose the sub-protocol {WebSocketSubProtocol.V1}.");
        }

        return new AcceptedWebSocket(_socket, _peer);
    }

#if NET
    private SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = _options.Cookies is not null,
            UseProxy = _options.UseProxy,
            Proxy = _options.Proxy,
            Credentials = _options.Credentials,
            ConnectCallback = ConnectSocketAsync,
            PlaintextStreamFilter = NoteCertificate,

            // What a hostile server may make the client read: 16 KiB of headers, nothing of a body.
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = _options.ClientCertificates.Count == 0 ? null : _options.ClientCertificates,
                RemoteCertificateValidationCallback = _options.RemoteCertificateValidationCallback,
            },
        };
        if (_options.Cookies is not null)
        {
            handler.CookieContainer = _options.Cookies;
        }

        return handler;
    }

    private async ValueTask<Stream> ConnectSocketAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            _peer = EndPoints.Of(socket, _peer.IsEncrypted);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private ValueTask<Stream> NoteCertificate(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken)
    {
        if (context.PlaintextStream is SslStream ssl)
        {
            _peer = _peer with { RemoteCertificate = ServerTls.RemoteCertificate(ssl) };
        }

        return new ValueTask<Stream>(context.PlaintextStream);
    }
#endif
}
