using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>An address that a server listens at, over a simulated network.</summary>
internal sealed class SimulatedServerTransport(SimulatedNetwork network, IRpcServerTransport inner) : IRpcServerTransport
{
    public async ValueTask<IRpcListener> ListenAsync(ListenContext context, CancellationToken cancellationToken) =>
        new Listener(network, await inner.ListenAsync(context, cancellationToken).ConfigureAwait(false));

    private sealed class Listener(SimulatedNetwork network, IRpcListener inner) : IRpcListener
    {
        public Uri Address => inner.Address;

        public async ValueTask<TransportConnection?> AcceptAsync(CancellationToken cancellationToken) =>
            await inner.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection ? network.Wrap(connection, isClient: false) : null;

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
