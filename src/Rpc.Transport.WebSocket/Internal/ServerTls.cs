using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>The server's half of TLS, from the listener's settings. Thread safe.</summary>
internal sealed class ServerTls
{
    private readonly WebSocketListenOptions _options;
    private readonly ServerCertificateCache? _certificates;
    private readonly SslServerAuthenticationOptions? _shared;

    public ServerTls(WebSocketListenOptions options)
    {
        _options = options;
        _certificates = options.ServerCertificateProvider is { } provider ? new ServerCertificateCache(provider) : null;
        _shared = _certificates is null ? CreateOptions(options, null) : null;
    }

    /// <summary>The options of a connection.</summary>
    public SslServerAuthenticationOptions Options => _shared ?? CreateOptions(_options, _certificates);

    private static SslServerAuthenticationOptions CreateOptions(WebSocketListenOptions options, ServerCertificateCache? certificates)
    {
#if NET
        var tls = certificates is null
            ? new SslServerAuthenticationOptions { ServerCertificate = options.ServerCertificate }
            : new SslServerAuthenticationOptions { ServerCertificateContext = certificates.Get() };
#else
        var tls = new SslServerAuthenticationOptions { ServerCertificate = certificates?.Get() ?? options.ServerCertificate };
#endif
        options.ConfigureTls?.Invoke(tls);

        // WebSocket over HTTP/2 (RFC 8441) is another handshake; a client that offers only h2 is turned away by TLS itself.
        tls.ApplicationProtocols = [SslApplicationProtocol.Http11];
#if NET
        if (tls is { ServerCertificateContext: null, ServerCertificateSelectionCallback: null, ServerCertificate: X509Certificate2 certificate })
        {
            // Once for all connections: without it each handshake builds the chain again and keeps 3 KB for it.
            tls.ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        }

        if (tls.ServerCertificateContext is not null)
        {
            return tls;
        }
#endif
        return tls.ServerCertificate is not null || tls.ServerCertificateSelectionCallback is not null
            ? tls
            : throw new ArgumentException("A certificate is needed to listen with TLS: set WebSocketListenOptions.ServerCertificate.", nameof(options));
    }

    /// <summary>The certificate that the peer proved to hold, or null.</summary>
    public static X509Certificate2? RemoteCertificate(SslStream stream) => stream.RemoteCertificate switch
    {
        null => null,
        X509Certificate2 certificate => certificate,
        var certificate => new X509Certificate2(certificate),
    };
}
