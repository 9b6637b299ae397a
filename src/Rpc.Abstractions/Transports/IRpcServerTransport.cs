namespace Rpc.Transports;

/// <summary>One configured address to listen at.</summary>
public interface IRpcServerTransport
{
    /// <summary>Starts to listen.</summary>
    /// <param name="context">What the server lends to the transport.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The listener, bound.</returns>
    /// <exception cref="TransportException">The address could not be bound.</exception>
    ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken);
}
