using System.Net.Security;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Opens TLS as the server. One for a listener; thread safe.</summary>
internal sealed class ServerTls
{
    private readonly TcpListenOptions _options;
    private readonly SslServerAuthenticationOptions? _shared;
    private readonly ServerCertificateCache? _certificates;
#if NET8_0_OR_GREATER
    private readonly SslStreamCertificateContext? _certificate;
#endif

    internal ServerTls(TcpListenOptions options)
    {
        _options = options;
        _certificates = options.ServerCertificateProvider is { } provider ? new ServerCertificateCache(provider) : null;
#if NET8_0_OR_GREATER
        // Made once: the chain that goes out with the certificate is not built, nor missing parts looked for, for every connection,
        // and sessions can be resumed.
        _certificate = _certificates is null && options.ServerCertificate is { } certificate
            ? SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true)
            : null;
#endif
        _shared = options.ConfigureTls is null && _certificates is null ? CreateOptions() : null;
    }

    /// <summary>Opens TLS over an accepted socket, which stays the caller's to dispose.</summary>
    internal Task<SslStream> AuthenticateAsync(ConnectedSocket socket, CancellationToken cancellationToken)
    {
        var tls = _shared ?? CreateOptions();
        return TlsHandshake.RunAsync(socket, stream => stream.AuthenticateAsServerAsync(tls, cancellationToken));
    }

    private SslServerAuthenticationOptions CreateOptions()
    {
        var tls = new SslServerAuthenticationOptions { ApplicationProtocols = [TlsHandshake.Protocol] };
#if NET8_0_OR_GREATER
        tls.ServerCertificateContext = _certificates?.Get() ?? _certificate;
#else
        tls.ServerCertificate = _certificates?.Get() ?? _options.ServerCertificate;
#endif
        if (_options.ClientCertificateMode != ClientCertificateMode.None)
        {
            // Asked for here; whether it may be missing is for the callback to say.
            tls.ClientCertificateRequired = true;
            tls.RemoteCertificateValidationCallback = new CertificateValidator(
                _options.TrustedClientRoots,
                CertificateValidator.ClientAuthentication,
                mayBeMissing: _options.ClientCertificateMode == ClientCertificateMode.Allowed).Validate;
        }

        _options.ConfigureTls?.Invoke(tls);
        TlsHandshake.RequireProtocol(tls.ApplicationProtocols ??= []);
        return tls;
    }
}
