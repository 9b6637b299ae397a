namespace Rpc.Transport.Udp.Internal;

/// <summary>Where the datagrams of a connection go.</summary>
internal interface IDatagramSender
{
    /// <summary>Sends datagrams, or loses them. Never throws.</summary>
    /// <param name="datagrams">The datagrams, one after another.</param>
    /// <param name="size">The bytes of each but the last, which may be shorter.</param>
    void Send(ReadOnlySpan<byte> datagrams, int size);

    /// <summary>Nothing comes back: look for another way.</summary>
    /// <returns>Whether datagrams leave from elsewhere now: the peer does not know it before one has come from there.</returns>
    bool OnSilence();

    /// <summary>The peer is sought: goes on from another port, and at a client to the next of the addresses that a name has.</summary>
    /// <param name="address">Where the peer may be.</param>
    /// <param name="search">Which search of this interruption it is, from 1.</param>
    /// <param name="cancellationToken">Ends the wait for the name's addresses.</param>
    /// <exception cref="Transports.TransportException">The name has none.</exception>
    ValueTask MoveAsync(Uri address, int search, CancellationToken cancellationToken);

    /// <summary>The address that the peer changed to did not answer.</summary>
    void OnPathFailed();

    /// <summary>The connection is disposed: nothing follows.</summary>
    void OnDisposed();
}
