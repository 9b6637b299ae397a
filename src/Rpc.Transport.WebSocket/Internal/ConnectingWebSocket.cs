#if NET
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
#endif
using System.Net.WebSockets;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>One attempt to connect by the platform's client, where this library's own cannot: see <see cref="PlatformClient"/>.</summary>
internal sealed class ConnectingWebSocket(WebSocketClientOptions options, Uri address, ClientWebSocket socket)
{
    private WebSocketPeerInformation _peer = new() { IsEncrypted = address.Scheme == "wss" };

    public async ValueTask<WebSocketTransportConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var settings = socket.Options;
        settings.AddSubProtocol(WebSocketSubProtocol.V1);
        settings.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        foreach (var header in options.Headers)
        {
            settings.SetRequestHeader(header.Key, header.Value);
        }

#if NET
        settings.CollectHttpResponseDetails = true;

        // A handler of its own is the only way to the socket: its end points, its delay, the certificate. Disposing it leaves the upgraded stream alone.
        using var handler = CreateHandler();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(address, invoker, cancellationToken).ConfigureAwait(false);
        socket.HttpResponseHeaders = null;
#else
        settings.Cookies = options.Cookies;
        settings.Credentials = options.Credentials;
        settings.ClientCertificates = options.ClientCertificates;
        settings.RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback;
        if (!options.UseProxy || options.Proxy is not null)
        {
            settings.Proxy = options.UseProxy ? options.Proxy : null;
        }

        await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
#endif
        if (socket.SubProtocol != WebSocketSubProtocol.V1)
        {
            throw new TransportException(TransportError.ProtocolViolation, $"the server did not choose the sub-protocol {WebSocketSubProtocol.V1}.");
        }

        return WebSocketTransportConnection.Of(socket, _peer);
    }

#if NET
    private SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = options.Cookies is not null,
            UseProxy = options.UseProxy,
            Proxy = options.Proxy,
            Credentials = options.Credentials,
            ConnectCallback = ConnectSocketAsync,
            PlaintextStreamFilter = NoteCertificate,

            // What a hostile server may make the client read: 16 KiB of headers, nothing of a body.
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 0,
            ResponseDrainTimeout = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = options.ClientCertificates.Count == 0 ? null : options.ClientCertificates,
                RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
            },
        };
        if (options.Cookies is not null)
        {
            handler.CookieContainer = options.Cookies;
        }

        return handler;
    }

    private async ValueTask<Stream> ConnectSocketAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            _peer = EndPoints.Of(tcp, _peer.IsEncrypted);
            return new NetworkStream(tcp, ownsSocket: true);
        }
        catch
        {
            tcp.Dispose();
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
