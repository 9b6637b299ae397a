using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests.Sockets;

/// <summary>As on systems other than Linux.</summary>
public sealed class UdpPlainSocketConformanceTests : MessageTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new UdpClientTransport(new UdpClientOptions { AllowInsecure = true, UsePollThreads = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, static options => (options.AllowInsecure, options.UsePollThreads) = (true, false)).Single;
}

/// <summary>A client whose system neither cuts nor joins datagrams.</summary>
public sealed class UdpWithoutOffloadConformanceTests : MessageTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new UdpClientTransport(new UdpClientOptions { AllowInsecure = true, UseSegmentationOffload = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, static options => options.AllowInsecure = true).Single;
}
