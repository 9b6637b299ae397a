using System.Net;
using Rpc.Client;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Fact]
    public async Task A_call_in_steady_state_allocates_nothing()
    {
        await using var server = RpcServer.Create(rpc => rpc.AddService<ITestService>(_ => new TestService()).ListenTcp(IPAddress.Loopback, 0));
        await server.StartAsync();
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0]);
        var proxy = client.GetProxy<ITestService>();
        // On the pool: the runner's synchronization context allocates 32 bytes for each continuation that is posted to it.
        Task Calls(int count) => Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                await proxy.AddAsync(i, 1);
            }
        });

        await Calls(20_000).WaitAsync(World.Patience);
        var each = double.MaxValue;
        for (var window = 0; window < 5; window++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Calls(5_000).WaitAsync(World.Patience);
            each = Math.Min(each, (GC.GetTotalAllocatedBytes(precise: true) - before) / 5_000.0);
        }

        // Caller, handler and both engines together. Without optimization each call of an asynchronous method of the transport allocates.
#if DEBUG
        const double Most = 1024;
#else
        const double Most = 8;
#endif
        Assert.True(each < Most, $"{each} bytes a call");
    }
}
