using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Opens TLS over a connected socket, on either side.</summary>
/// <remarks>The protocol versions are the system's default: TLS 1.2 and 1.3 everywhere today.</remarks>
internal static class TlsHandshake
{
    /// <summary>The application protocol that both sides must agree on (ALPN, RFC 7301), so that a port shared with another protocol, or
    /// an attack that redirects one to it, is noticed.</summary>
    private static readonly SslApplicationProtocol s_protocol = new("rpc/1");

    /// <summary>Opens TLS as the client. The socket stays the caller's to dispose.</summary>
    internal static Task<SslStream> AuthenticateAsClientAsync(
        Socket socket, string host, TcpClientOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = options.TargetHost ?? host,
            ApplicationProtocols = [s_protocol],
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
        RequireProtocol(tls.ApplicationProtocols ??= []);
        return AuthenticateAsync(socket, (stream, token) => stream.AuthenticateAsClientAsync(tls, token), cancellationToken);
    }

    /// <summary>Opens TLS as the server. The socket stays the caller's to dispose.</summary>
    internal static Task<SslStream> AuthenticateAsServerAsync(Socket socket, TcpListenOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificate = options.ServerCertificate,
            ApplicationProtocols = [s_protocol],
        };
        if (options.ClientCertificateMode != ClientCertificateMode.None)
        {
            // Asked for here; whether it may be missing is for the callback to say.
            tls.ClientCertificateRequired = true;
            tls.RemoteCertificateValidationCallback = new CertificateValidator(
                options.TrustedClientRoots,
                CertificateValidator.ClientAuthentication,
                mayBeMissing: options.ClientCertificateMode == ClientCertificateMode.Allowed).Validate;
        }

        options.ConfigureTls?.Invoke(tls);
        RequireProtocol(tls.ApplicationProtocols ??= []);
        return AuthenticateAsync(socket, (stream, token) => stream.AuthenticateAsServerAsync(tls, token), cancellationToken);
    }

    private static void RequireProtocol(List<SslApplicationProtocol> protocols)
    {
        if (!protocols.Contains(s_protocol))
        {
            protocols.Add(s_protocol);
        }
    }

    private static async Task<SslStream> AuthenticateAsync(
        Socket socket, Func<SslStream, CancellationToken, Task> authenticate, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        try
        {
            await authenticate(stream, cancellationToken).ConfigureAwait(false);
            if (stream.NegotiatedApplicationProtocol != s_protocol)
            {
                throw new AuthenticationException($"The peer does not speak the application protocol {s_protocol}.");
            }

            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
