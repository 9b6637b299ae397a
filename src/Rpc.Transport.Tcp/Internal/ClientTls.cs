using System.Net.Security;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Opens TLS as the client.</summary>
internal static class ClientTls
{
    /// <summary>Opens TLS over a connected socket, which stays the caller's to dispose.</summary>
    internal static Task<SslStream> AuthenticateAsync(ConnectedSocket socket, Uri address, TcpClientOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetHost ?? (address.HostNameType == UriHostNameType.IPv6 ? address.DnsSafeHost : address.IdnHost),
            ApplicationProtocols = [TlsHandshake.Protocol],
        };
        if (options.ClientCertificate is { } certificate)
        {
            tls.ClientCertificates = [certificate];
        }

        if (options.TrustedRoots.Count > 0)
        {
            tls.RemoteCertificateValidationCallback = new CertificateValidator(options.TrustedRoots, CertificateValidator.ServerAuthentication).Validate;
        }

        options.ConfigureTls?.Invoke(tls);
        TlsHandshake.RequireProtocol(tls.ApplicationProtocols ??= []);
        return TlsHandshake.RunAsync(socket, stream => stream.AuthenticateAsClientAsync(tls, cancellationToken));
    }
}
