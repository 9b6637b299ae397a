using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>Adds addresses to a server's builder, each over a simulated network.</summary>
internal sealed class SimulatedServerTransports(SimulatedNetwork network, IRpcServerTransportCollection inner) : IRpcServerTransportCollection
{
    public void AddTransport(IRpcServerTransport transport) => inner.AddTransport(network.Around(transport));
}
