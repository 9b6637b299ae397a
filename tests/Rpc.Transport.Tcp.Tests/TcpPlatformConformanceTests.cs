using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Tests;

/// <summary>TCP with the platform's own waiting, as everywhere but on Linux.</summary>
public sealed class TcpPlatformConformanceTests : StreamTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport(new TcpClientOptions { UsePollThreads = false });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new TransportCollection().ListenTcp(
        new IPEndPoint(IPAddress.Loopback, address?.Port ?? 0), static options => options.UsePollThreads = false).Single;
}
