using System.Net;
using Rpc.Client;
using Rpc.Server;
using Rpc.Testing;
using Rpc.Transport.Tcp;
using Rpc.Transport.Udp;

namespace Rpc.Benchmarks.Network;

/// <summary>A server, and a bad network on the way to it: over UDP the relay, over TCP the simulated network, both with real sockets.</summary>
internal sealed class NetworkPath : IAsyncDisposable
{
    private readonly RpcServer _server;
    private readonly UdpRelay? _relay;
    private readonly SimulatedNetwork? _network;

    private NetworkPath(RpcServer server, UdpRelay? relay, SimulatedNetwork? network)
    {
        _server = server;
        _relay = relay;
        _network = network;
    }

    public static async Task<NetworkPath> UdpAsync(NetworkConditions conditions)
    {
        var server = RpcServer.Create(static rpc => rpc.AddService<IProbe>(static _ => new Probe()).ListenUdp(IPAddress.Loopback, 0, static udp => udp.AllowInsecure = true));
        await server.StartAsync();
        return new NetworkPath(server, new UdpRelay(new IPEndPoint(IPAddress.Loopback, server.Addresses[0].Port), conditions, seed: 3), null);
    }

    public static async Task<NetworkPath> TcpAsync(NetworkConditions conditions)
    {
        var server = RpcServer.Create(static rpc => rpc.AddService<IProbe>(static _ => new Probe()).ListenTcp(IPAddress.Loopback, 0));
        await server.StartAsync();
        return new NetworkPath(server, null, new SimulatedNetwork(conditions, seed: 3));
    }

    public ValueTask<RpcClient> ConnectAsync() => _relay is not null
        ? RpcClient.ConnectAsync(new Uri($"udp://{_relay.EndPoint}"), static options => options.UseUdp(static udp => udp.AllowInsecure = true))
        : RpcClient.ConnectAsync(_server.Addresses[0], options => options.AddTransport(_network!.Around(new TcpClientTransport())));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }
}
