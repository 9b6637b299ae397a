using System.Net;
using Rpc.Transport.Conformance;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests;

/// <summary>The suite with the cipher of platforms without AES-GCM on both sides, and datagrams as long as the path carries.</summary>
public sealed class UdpPortableConformanceTests : MessageTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport()
    {
        var options = new UdpClientOptions();
        Configure(options);
        options.AllowInsecure = true;
        return new UdpClientTransport(options);
    }

    protected override IRpcServerTransport CreateServerTransport(Uri? address) => new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, static options =>
    {
        Configure(options);
        options.AllowInsecure = true;
    }).Single;

    private static void Configure(UdpOptions options)
    {
        options.UsePortableCipher = true;
        options.MaxDatagramSize = Packet.LargestSize;
    }
}
