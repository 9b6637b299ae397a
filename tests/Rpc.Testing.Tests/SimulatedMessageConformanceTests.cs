using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Messages;
using Rpc.Transports;

namespace Rpc.Testing.Tests;

public sealed class SimulatedMessageConformanceTests : MessageTransportConformance
{
    private readonly SimulatedNetwork _network = new(new NetworkConditions { Loss = 0.2, Reordering = 0.3, ReorderingDelay = TimeSpan.FromMilliseconds(2) });

    protected override IRpcClientTransport CreateClientTransport() => _network.Around(new MessagePairTransport(new MessagePairOptions()));

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        _network.Around(MessagePairTransport.CreateServerTransport(address?.Host ?? $"test-{Guid.NewGuid():n}"));
}
