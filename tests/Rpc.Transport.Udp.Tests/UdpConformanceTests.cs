using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests;

public class UdpConformanceTests : MessageTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new UdpClientTransport(new UdpClientOptions { AllowInsecure = true });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, static options => options.AllowInsecure = true).Single;
}
