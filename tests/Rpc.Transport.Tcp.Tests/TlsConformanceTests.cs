using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Tests;

public sealed class TlsConformanceTests : StreamTransportConformance
{
    protected override bool IsEncrypted => true;

    // SslStream keeps its own 32 KB of read buffer while it waits after a session ticket; this transport adds nothing to that.
    protected override int MaxIdleBytes => 40 * 1024;

    protected override IRpcClientTransport CreateClientTransport()
    {
        var options = new TcpClientOptions();
        options.TrustedRoots.Add(TestCertificates.Shared.Root);
        return new TcpClientTransport(options);
    }

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new TransportCollection()
        .ListenTcp(IPAddress.Loopback, address?.Port ?? 0, static options => options.ServerCertificate = TestCertificates.Shared.Server)
        .Single;
}
