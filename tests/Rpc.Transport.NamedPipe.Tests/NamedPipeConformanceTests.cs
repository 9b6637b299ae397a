using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.NamedPipe.Tests;

public sealed class NamedPipeConformanceTests : StreamTransportConformance
{
    // A Pipe each way holds a segment while it waits for bytes.
    protected override int MaxIdleBytes => 12 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new NamedPipeTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new NamedPipeServerTransport(address?.Host ?? $"rpc-{Guid.NewGuid():n}");
}
