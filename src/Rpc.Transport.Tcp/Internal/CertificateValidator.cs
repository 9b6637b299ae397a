using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Decides whether the peer's certificate is trusted, by the system's roots or by others.</summary>
/// <param name="roots">The roots to trust instead of the system's; empty for the system's.</param>
/// <param name="purpose">The extended key usage (RFC 5280, section 4.2.1.12) that the certificate must be good for.</param>
/// <param name="mayBeMissing">Whether a peer without certificate passes.</param>
internal sealed class CertificateValidator(X509Certificate2Collection roots, string purpose, bool mayBeMissing = false)
{
    /// <summary>id-kp-serverAuth.</summary>
    internal const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>id-kp-clientAuth.</summary>
    internal const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return mayBeMissing;
        }

        if (roots.Count == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        // The system's opinion of the chain does not count with roots of one's own; its opinion of the name does.
        return (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
            && LeadsToRoot(certificate as X509Certificate2 ?? new X509Certificate2(certificate), chain);
    }

    private bool LeadsToRoot(X509Certificate2 certificate, X509Chain? received)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        chain.ChainPolicy.ExtraStore.AddRange(roots);
        if (received is not null)
        {
            foreach (var element in received.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        // An unknown authority is allowed above only to be compared here with those that are trusted.
        return chain.Build(certificate) && IsRoot(chain.ChainElements[^1].Certificate);
    }

    private bool IsRoot(X509Certificate2 certificate)
    {
        foreach (var root in roots)
        {
            if (root.RawData.AsSpan().SequenceEqual(certificate.RawData))
            {
                return true;
            }
        }

        return false;
    }
}
