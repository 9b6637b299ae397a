using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Tests;

public sealed class TcpConformanceTests : StreamTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenTcp(IPAddress.Loopback, address?.Port ?? 0).Single;
}
