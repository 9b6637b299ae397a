using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.WebSockets.Tests.Conformance;

public sealed class WsConformanceTests : StreamTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new WebSocketClientTransport(new WebSocketClientOptions { UseProxy = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new WebSocketServerTransport(address?.AbsoluteUri ?? "http://127.0.0.1:0/rpc");
}
