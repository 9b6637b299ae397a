using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

public sealed class WsConformanceTests : StreamTransportConformance
{
    // What the array pool keeps for each thread counts: a client masks a large write in arrays of 128 KiB. IdleMemoryTests has the server's share.
    protected override int MaxIdleBytes => 16 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new WebSocketServerTransport(address?.AbsoluteUri ?? "http://127.0.0.1:0/rpc");
}
