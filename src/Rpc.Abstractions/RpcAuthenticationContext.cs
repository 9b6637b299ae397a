using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;

namespace Rpc;

/// <summary>What an authenticator decides by. Immutable.</summary>
public sealed class RpcAuthenticationContext
{
    /// <summary>Creates the context. The framework does; tests of an authenticator may.</summary>
    /// <param name="scheme">The scheme of the transport, such as <c>tcps</c>.</param>
    public RpcAuthenticationContext(string scheme) => Scheme = scheme ?? throw new ArgumentNullException(nameof(scheme));

    /// <summary>What the client sent, or null when it sent nothing.</summary>
    public RpcCredentials? Credentials { get; init; }

    /// <summary>The scheme of the transport, such as <c>tcps</c>.</summary>
    public string Scheme { get; }

    /// <summary>Whether the bytes are encrypted on their way.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>The client's end point, or null where the transport has none.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>The certificate that the client proved to hold, and that the transport's TLS settings accepted; or null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>What the client says of itself in its handshake. Anybody can say anything here.</summary>
    public RpcMetadata PeerMetadata { get; init; } = new();

    /// <summary>Who the connection belongs to so far when its credentials are refreshed; null in the handshake. A refresh that yields somebody else is refused.</summary>
    public ClaimsPrincipal? CurrentUser { get; init; }

    /// <summary>A principal made from <see cref="ClientCertificate"/>: its subject's name, thumbprint, serial number, issuer and DNS names.</summary>
    /// <returns>The principal, or null when the client showed no certificate.</returns>
    public ClaimsPrincipal? CreateCertificatePrincipal() => ClientCertificate is null ? null : CertificatePrincipal.Of(ClientCertificate);
}
