using Rpc.Client;
using Rpc.Server;
using Rpc.Transports;

namespace Rpc.Generator.Tests.Harness;

/// <summary>Carries calls from a proxy to a service through the whole engine, in memory. Called by compiled scenarios.</summary>
public static class Loop
{
    private static int s_count;

    /// <summary>Serves a contract, calls it by another (or the same), and ends.</summary>
    /// <typeparam name="TServed">The contract that the server knows.</typeparam>
    /// <typeparam name="TCalled">The contract that the client knows.</typeparam>
    /// <param name="service">The service.</param>
    /// <param name="act">Makes calls.</param>
    public static async Task RunAsync<TServed, TCalled>(TServed service, Func<TCalled, Task> act)
        where TServed : class
        where TCalled : class
    {
        var name = $"loop-{Interlocked.Increment(ref s_count)}";
        await using var server = RpcServer.Create(builder => builder.AddService(service).ListenInProcess(name));
        await server.StartAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await using var client = await RpcClient.ConnectAsync($"inproc://{name}", options => options.AddTransport(new InProcessTransport()));
        await act(client.GetProxy<TCalled>()).WaitAsync(TimeSpan.FromSeconds(30));
    }
}
