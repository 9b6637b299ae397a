using System.Net;
using Rpc.Testing;
using Rpc.Transport.Conformance;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Tests;

/// <summary>The suite through a bad network in between, over real sockets.</summary>
public sealed class UdpRelayConformanceTests : MessageTransportConformance
{
    private readonly List<UdpRelay> _relays = [];

    protected override IRpcClientTransport CreateClientTransport() => new RelayedTransport(this);

    protected override IRpcServerTransport CreateServerTransport(Uri? address) =>
        new TransportCollection().ListenUdp(IPAddress.Loopback, address?.Port ?? 0, static options => options.AllowInsecure = true).Single;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }

    private sealed class RelayedTransport(UdpRelayConformanceTests tests) : IRpcClientTransport
    {
        private readonly UdpClientTransport _inner = new(new UdpClientOptions { AllowInsecure = true, HandshakeTimeout = TimeSpan.FromSeconds(25) });

        public IReadOnlyCollection<string> Schemes => _inner.Schemes;

        public ValueTask<TransportConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
        {
            var conditions = new NetworkConditions
            {
                Loss = 0.05,
                Duplication = 0.02,
                Reordering = 0.05,
                ReorderingDelay = TimeSpan.FromMilliseconds(3),
                Corruption = 0.01,
                Delay = TimeSpan.FromMilliseconds(1),
            };
            var relay = new UdpRelay(new IPEndPoint(IPAddress.Loopback, address.Port), conditions, seed: 11);
            tests._relays.Add(relay);
            return _inner.ConnectAsync(new UriBuilder(address) { Port = relay.EndPoint.Port }.Uri, cancellationToken);
        }
    }
}
