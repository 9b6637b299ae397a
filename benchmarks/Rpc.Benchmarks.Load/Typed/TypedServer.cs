using System.Net;
using Rpc.Server;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>The server of the framework.</summary>
/// <param name="Server">The server; runs.</param>
/// <param name="Address">Where clients find it, and what they must know.</param>
internal sealed record TypedServer(RpcServer Server, Uri Address) : IAsyncDisposable
{
    public static async Task<TypedServer> StartAsync(string transport, IPAddress address, int port)
    {
        var knowledge = string.Empty;
        var group = new RpcGroup<IBenchClient>();
        var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IBench>(connection => new BenchService(connection, group));
            if (UdpSecurity.Has(transport))
            {
                knowledge = UdpSecurity.Listen(rpc, transport, address, port);
                return;
            }

            _ = transport switch
            {
                "tcp" => rpc.ListenTcp(address, port),
                "unix" => rpc.ListenUnix(Path.Combine(Path.GetTempPath(), $"rpc-bench-{Environment.ProcessId}.sock")),
                "ws" => rpc.ListenWebSocket($"http://{address}:{port}/rpc"),
                _ => throw new ArgumentException($"There is no transport '{transport}'."),
            };
        });
        await server.StartAsync();
        return new TypedServer(server, new Uri(server.Addresses[0].AbsoluteUri.TrimEnd('/') + knowledge));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
