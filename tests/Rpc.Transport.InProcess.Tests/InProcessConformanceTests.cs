using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.InProcess.Tests;

public sealed class InProcessConformanceTests : StreamTransportConformance
{
    protected override IRpcClientTransport CreateClientTransport() => new InProcessTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address)
    {
        var transports = new TransportCollection();
        transports.ListenInProcess(address?.Host ?? $"test-{Guid.NewGuid():n}");
        return transports.Single;
    }
}
