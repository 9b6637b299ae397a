using Rpc.Transport.Conformance;
using Rpc.Transport.WebSockets.Tests.Support;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

/// <summary>This library's frames at the client, the platform's at the server.</summary>
[Trait("Needs", "net8.0")]
public sealed class PlatformServerConformanceTests : StreamTransportConformance
{
    // What the array pool keeps for each thread counts, as in WsConformanceTests.
    protected override int MaxIdleBytes => 16 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new PlatformServerTransport(address?.AbsoluteUri ?? "http://127.0.0.1:0/rpc");
}
