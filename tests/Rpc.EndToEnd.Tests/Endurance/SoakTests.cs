using System.Diagnostics;
using System.Globalization;
using System.Net;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Tcp;
using Xunit.Abstractions;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>Clients come, work and go, in good order and otherwise, for as long as is asked: memory, handles and threads stay flat. For hours with
/// <c>RPC_SOAK_SECONDS=14400 dotnet test tests/Rpc.EndToEnd.Tests --filter SoakTests --logger "console;verbosity=detailed"</c>.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int ClientsAtOnce = 16;
    private const long MostGrowth = 8 * 1024 * 1024;
    private const int MostHandles = 200;

    [Fact]
    public async Task Memory_handles_and_threads_stay_flat_under_churn()
    {
        var seconds = Environment.GetEnvironmentVariable("RPC_SOAK_SECONDS") is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : 0;
        var accounts = new ChaosAccounts();
        await using var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IChaos>(connection => new ChaosService(connection, accounts));
            rpc.ListenTcp(IPAddress.Loopback, 0);
            rpc.Options.SessionGracePeriod = TimeSpan.FromSeconds(1);
        });
        await server.StartAsync();
        var start = Stopwatch.GetTimestamp();
        var rounds = 0;
        var warm = await RoundsAsync(() => rounds < 10);
        var end = await RoundsAsync(() => rounds < 30 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        output.WriteLine($"{rounds * ClientsAtOnce} connections: managed memory {warm.Memory / 1024} KB, then {end.Memory / 1024} KB; handles {warm.Handles}, then {end.Handles}; threads {warm.Threads}, then {end.Threads}");
        Assert.True(end.Memory - warm.Memory < MostGrowth, $"Memory grew from {warm.Memory} to {end.Memory} bytes in {rounds} rounds.");
        Assert.True(end.Handles - warm.Handles < MostHandles, $"Handles grew from {warm.Handles} to {end.Handles} in {rounds} rounds.");

        async Task<(long Memory, int Handles, int Threads)> RoundsAsync(Func<bool> goesOn)
        {
            while (goesOn())
            {
                await Task.WhenAll(Enumerable.Range(0, ClientsAtOnce).Select(i => ComeAndGoAsync(server.Addresses[0], (rounds * ClientsAtOnce) + i))).WaitAsync(World.Patience);
                accounts.Executed.Clear();
                accounts.Noted.Clear();
                rounds++;
            }

            await Eventually.TrueAsync(() => server.Connections.Count == 0);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            return (GC.GetTotalMemory(forceFullCollection: true), process.HandleCount, process.Threads.Count);
        }
    }

    private static async Task ComeAndGoAsync(Uri address, int number)
    {
        var service = new ChaosClient(number, address, 1);
        var client = await RpcClient.ConnectAsync(address, options =>
        {
            options.Serve<IChaosClient>(service);
            options.Reconnect = number % 2 == 0 ? new RpcReconnectOptions() : null;
        });
        await using (client)
        {
            var proxy = client.GetProxy<IChaos>();
            Assert.Equal(2 * number, await proxy.RecordAsync(number, number));
            Assert.Equal(3, await proxy.CallBackAsync(number, 3));
            Assert.Equal(1000, (await proxy.EchoAsync(new byte[1000])).Length);
            var next = 0L;
            await foreach (var item in proxy.CountAsync(0, 500))
            {
                Assert.Equal(next++, item);
                if (number % 3 == 0 && next == 250)
                {
                    break;
                }
            }

            if (number % 5 == 0)
            {
                client.Connection.Abort();
            }
        }
    }
}
