using Rpc.Transports;

namespace Rpc.Transport.Conformance;

/// <summary>Takes what a <c>Listen…</c> or <c>Use…</c> extension adds.</summary>
public sealed class TransportCollection : IRpcServerTransportCollection, IRpcClientTransportCollection
{
    /// <summary>The addresses to listen at, in the order added.</summary>
    public List<IRpcServerTransport> ServerTransports { get; } = [];

    /// <summary>The client transports, in the order added.</summary>
    public List<IRpcClientTransport> ClientTransports { get; } = [];

    /// <summary>The only address to listen at.</summary>
    public IRpcServerTransport Single => ServerTransports.Single();

    public void AddTransport(IRpcServerTransport transport) => ServerTransports.Add(transport);

    public void AddTransport(IRpcClientTransport transport) => ClientTransports.Add(transport);
}
