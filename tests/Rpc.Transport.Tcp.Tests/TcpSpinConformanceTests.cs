using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Tests;

/// <summary>TCP with every option that changes how bytes are moved.</summary>
public sealed class TcpSpinConformanceTests : StreamTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport(new TcpClientOptions
    {
        ReceiveSpinCount = 40,
        SendBufferSize = 32 * 1024,
        ReceiveBufferSize = 32 * 1024,
    });

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new TransportCollection().ListenTcp(
        new IPEndPoint(IPAddress.Loopback, address?.Port ?? 0),
        static options =>
        {
            options.ReceiveSpinCount = 40;
            options.SendBufferSize = 32 * 1024;
            options.ReceiveBufferSize = 32 * 1024;
            options.NoDelay = false;
        }).Single;
}
