using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.Conformance;

/// <summary>A certificate authority and what it issued, made when the tests run.</summary>
public sealed class TestCertificates
{
    private static readonly Lazy<TestCertificates> s_shared = new(static () => new TestCertificates());

    public TestCertificates()
    {
        Root = CreateRoot();
        Server = Issue("localhost", "1.3.6.1.5.5.7.3.1");
        Client = Issue("client", "1.3.6.1.5.5.7.3.2");
    }

    /// <summary>One for all tests that don't need their own.</summary>
    public static TestCertificates Shared => s_shared.Value;

    /// <summary>The root, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Good for servers at localhost, 127.0.0.1 and ::1.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>Good for clients.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>Issues a certificate.</summary>
    /// <param name="name">The name, a DNS name for a server.</param>
    /// <param name="purpose">The extended key usage.</param>
    /// <param name="expired">Whether it has expired.</param>
    public X509Certificate2 Issue(string name, string purpose, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(
            Root, now.AddDays(-20), expired ? now.AddDays(-10) : now.AddDays(20), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);

        // Through PKCS #12, as the TLS of Windows does not take a key that exists in memory only.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private static X509Certificate2 CreateRoot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test root {Guid.NewGuid():n}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }
}
