namespace Rpc.Transports;

/// <summary>A bound address that hands out the connections made to it.</summary>
/// <remarks>Handshakes of the transport (TLS, HTTP upgrade) run within the listener, concurrently, bounded in number and time; one that fails
/// or stalls delays no other and is never handed out.</remarks>
public interface IRpcListener : IAsyncDisposable
{
    /// <summary>The address that a client can connect to, with the port that was really bound.</summary>
    Uri Address { get; }

    /// <summary>Waits for the next connection. Called by one caller at a time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The connection, or null when the listener was disposed.</returns>
    /// <exception cref="TransportException">The listener broke and will not accept again.</exception>
    ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken);
}
