using System.Net;
using Rpc.Server;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>The server of the framework.</summary>
internal static class TypedServer
{
    public static async Task<RpcServer> StartAsync(string transport, IPAddress address, int port)
    {
        var group = new RpcGroup<IBenchClient>();
        var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IBench>(connection => new BenchService(connection, group));
            _ = transport switch
            {
                "tcp" => rpc.ListenTcp(address, port),
                "unix" => rpc.ListenUnix(Path.Combine(Path.GetTempPath(), $"rpc-bench-{Environment.ProcessId}.sock")),
                "ws" => rpc.ListenWebSocket($"http://{address}:{port}/rpc"),
                _ => throw new ArgumentException($"There is no transport '{transport}'."),
            };
        });
        await server.StartAsync();
        return server;
    }
}
