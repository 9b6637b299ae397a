using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Testing.Tests;

public class SimulatedStreamConformanceTests : StreamTransportConformance
{
    private readonly SimulatedNetwork _network;

    public SimulatedStreamConformanceTests()
        : this(new SimulatedNetwork())
    {
    }

    private protected SimulatedStreamConformanceTests(SimulatedNetwork network) => _network = network;

    // A pipe each way holds a segment while it waits for bytes.
    protected override int MaxIdleBytes => 32 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => _network.Around(new InProcessTransport());

    protected override IRpcServerTransport CreateServerTransport(Uri? address)
    {
        var transports = new TransportCollection();
        transports.ListenInProcess(address?.Host ?? $"test-{Guid.NewGuid():n}");
        return transports.Single;
    }
}

/// <summary>The suite over a network that delays, at the server's side.</summary>
public sealed class DelayedStreamConformanceTests : StreamTransportConformance
{
    private readonly SimulatedNetwork _network = new(new NetworkConditions { Delay = TimeSpan.FromMilliseconds(1), Jitter = TimeSpan.FromMilliseconds(1), Loss = 0.001 });

    protected override int MaxIdleBytes => 32 * 1024;

    protected override IRpcClientTransport CreateClientTransport() => new InProcessTransport();

    protected override IRpcServerTransport CreateServerTransport(Uri? address)
    {
        var transports = new TransportCollection();
        _network.Around(transports).ListenInProcess(address?.Host ?? $"test-{Guid.NewGuid():n}");
        return transports.Single;
    }
}
