namespace Rpc.Transports;

/// <summary>What a transport's <c>Use…</c> extension adds to: the options of a client.</summary>
public interface IRpcClientTransportCollection
{
    /// <summary>Adds a transport, which takes the place of any other for the same schemes.</summary>
    /// <param name="transport">The transport.</param>
    void AddTransport(IRpcClientTransport transport);
}
