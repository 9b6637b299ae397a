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
        async Task Calls(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await proxy.AddAsync(i, 1);
            }
        }

        await Calls(20_000).WaitAsync(World.Patience);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Calls(20_000).WaitAsync(World.Patience);
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / 20_000.0;

        // Caller, handler and both engines together. Timers of the test runner allocate a little meanwhile.
        Assert.True(each < 8, $"{each} bytes a call");
    }
}
