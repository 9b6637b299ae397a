using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Prepares the certificate that a provider gives, once for each: the chain is not built for every connection, and sessions can be resumed. Thread safe.</summary>
internal sealed class ServerCertificateCache
{
    private readonly Func<RpcServerCertificate> _provider;
#if NET8_0_OR_GREATER
    private Entry? _entry;
#endif

    internal ServerCertificateCache(Func<RpcServerCertificate> provider) => _provider = provider;

#if NET8_0_OR_GREATER
    internal SslStreamCertificateContext Get()
    {
        var given = _provider() ?? throw new InvalidOperationException("ServerCertificateProvider gave no certificate.");
        var entry = Volatile.Read(ref _entry);
        if (entry is null || !ReferenceEquals(entry.Given, given))
        {
            entry = new Entry(given, SslStreamCertificateContext.Create(given.Certificate, [.. given.Intermediates], offline: true));
            Volatile.Write(ref _entry, entry);
        }

        return entry.Context;
    }

    private sealed record Entry(RpcServerCertificate Given, SslStreamCertificateContext Context);
#else
    internal X509Certificate2 Get() => (_provider() ?? throw new InvalidOperationException("ServerCertificateProvider gave no certificate.")).Certificate;
#endif
}
