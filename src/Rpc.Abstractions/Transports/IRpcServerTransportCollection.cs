namespace Rpc.Transports;

/// <summary>What a transport's <c>Listen…</c> extension adds to: the builder of a server.</summary>
public interface IRpcServerTransportCollection
{
    /// <summary>Adds an address to listen at.</summary>
    /// <param name="transport">The address and its settings.</param>
    void AddTransport(IRpcServerTransport transport);
}
