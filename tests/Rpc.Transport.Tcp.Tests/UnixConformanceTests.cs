using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Tests;

public sealed class UnixConformanceTests : StreamTransportConformance
{
    // A Unix socket has no reset: its peer sees the end of the stream.
    protected override bool PeerSeesCut => false;

    protected override IRpcClientTransport CreateClientTransport() => new TcpClientTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUnix(address?.AbsolutePath ?? Path.Combine(Path.GetTempPath(), $"rpc-{Guid.NewGuid():n}.sock")).Single;
}
