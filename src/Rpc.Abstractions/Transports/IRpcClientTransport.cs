namespace Rpc.Transports;

/// <summary>Opens connections for the addresses of one or more schemes.</summary>
public interface IRpcClientTransport
{
    /// <summary>The schemes that it opens, in lower case.</summary>
    IReadOnlyCollection<string> Schemes { get; }

    /// <summary>Opens a connection. May be called by several threads at once.</summary>
    /// <param name="address">Where to; its scheme is one of <see cref="Schemes"/>.</param>
    /// <param name="cancellationToken">Gives up; the client's connect timeout arrives by it.</param>
    /// <returns>The connection, ready to carry bytes or messages: TLS and HTTP upgrade are done.</returns>
    /// <exception cref="TransportException">It could not be opened.</exception>
    /// <exception cref="ArgumentException">The address lacks what the transport needs, such as a port.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken);
}
