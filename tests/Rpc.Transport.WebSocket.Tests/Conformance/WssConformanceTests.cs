using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

public sealed class WssConformanceTests : StreamTransportConformance
{
    protected override bool IsEncrypted => true;

    // The platform's TLS takes the most of it, the array pool the rest.
    protected override int MaxIdleBytes => 36 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new WebSocketClientTransport(new WebSocketClientOptions
    {
        UseProxy = false,
        RemoteCertificateValidationCallback = Trust.Server,
    });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new WebSocketServerTransport(
        address?.AbsoluteUri ?? "https://127.0.0.1:0/rpc",
        new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server });
}
