namespace Rpc.Transports;

/// <summary>Connects two parties of one process through memory: addresses are <c>inproc://name</c>. For tests, and for services that
/// share a process. Thread safe.</summary>
/// <remarks>Names belong to the process, whatever instance is used, and are compared without regard to case, as the hosts of addresses are.</remarks>
public sealed class InProcessTransport : IRpcClientTransport
{
    /// <summary>The scheme: <c>inproc</c>.</summary>
    public const string Scheme = "inproc";

    private static readonly string[] s_schemes = [Scheme];

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Schemes => s_schemes;

    /// <summary>Makes two connected connections, without any listener.</summary>
    /// <returns>The two sides; each is disposed by its owner.</returns>
    public static (StreamTransportConnection Client, StreamTransportConnection Server) CreatePair()
    {
        var toServer = new InProcessPipe();
        var toClient = new InProcessPipe();
        return (new InProcessConnection(toClient, toServer), new InProcessConnection(toServer, toClient));
    }

    /// <inheritdoc/>
    public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            throw new ArgumentNullException(nameof(address));
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (address.Host.Length == 0)
        {
            throw new ArgumentException($"The address '{address}' has no name: inproc://name.", nameof(address));
        }

        return new ValueTask<TransportConnection>(InProcessListener.Connect(address.Host));
    }
}
