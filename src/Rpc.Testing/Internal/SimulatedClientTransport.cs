using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>A client's transport over a simulated network.</summary>
internal sealed class SimulatedClientTransport(SimulatedNetwork network, IRpcClientTransport inner) : IRpcClientTransport
{
    public IReadOnlyCollection<string> Schemes => inner.Schemes;

    public async ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        await network.TimeProvider.WaitAsync(network.ToServer.Delay + network.ToClient.Delay, cancellationToken).ConfigureAwait(false);
        await network.ServerDirection.WhenPassableAsync(cancellationToken).ConfigureAwait(false);
        await network.ClientDirection.WhenPassableAsync(cancellationToken).ConfigureAwait(false);
        return network.Wrap(await inner.ConnectAsync(address, cancellationToken).ConfigureAwait(false), isClient: true);
    }
}
