using System.Security.Cryptography.X509Certificates;

namespace Rpc;

/// <summary>What a server proves itself with over TLS: a certificate, and the chain that goes out with it. Immutable.</summary>
public sealed class RpcServerCertificate
{
    /// <summary>Creates it.</summary>
    /// <param name="certificate">The certificate, with its private key.</param>
    /// <param name="intermediates">The certificates between it and its root, which clients may not have; null for none.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public RpcServerCertificate(X509Certificate2 certificate, X509Certificate2Collection? intermediates = null)
    {
        if (certificate is null)
        {
            throw new ArgumentNullException(nameof(certificate));
        }

        Certificate = certificate.HasPrivateKey ? certificate : throw new ArgumentException("A server's certificate needs its private key.", nameof(certificate));
        Intermediates = [.. intermediates ?? []];
    }

    /// <summary>The certificate, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificates between it and its root.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates { get; }
}
