using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

public sealed class WssConformanceTests : StreamTransportConformance
{
    protected override bool IsEncrypted => true;

    // SslStream keeps its own 32 KB of read buffer while it waits after a session ticket, the array pool what WsConformanceTests says.
    protected override int MaxIdleBytes => 56 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new WebSocketClientTransport(new WebSocketClientOptions
    {
        UseProxy = false,
        RemoteCertificateValidationCallback = Trust.Server,
    });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new WebSocketServerTransport(
        address?.AbsoluteUri ?? "https://127.0.0.1:0/rpc",
        new WebSocketListenOptions { ServerCertificate = TestCertificates.Shared.Server });
}
