using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

/// <summary>The platform's frames at the client, this library's at the server.</summary>
[Trait("Needs", "net8.0")]
public sealed class PlatformClientConformanceTests : StreamTransportConformance
{
    // Most of it is the client's: the platform's HTTP client stays behind the stream that it upgraded.
    protected override int MaxIdleBytes => 16 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new PlatformClientTransport(new WebSocketClientOptions { UseProxy = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new WebSocketServerTransport(address?.AbsoluteUri ?? "http://127.0.0.1:0/rpc");
}
