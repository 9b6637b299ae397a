using System.Diagnostics;
using System.Globalization;
using System.Net;
using Rpc.Server;
using Rpc.Transport.Tcp;
using Xunit.Abstractions;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>Many clients over a network that cuts, stalls and half-closes: every call is accounted for at both ends. Short by default; for hours with
/// <c>RPC_CHAOS_SECONDS=3600 RPC_CHAOS_CLIENTS=300 RPC_CHAOS_SEED=1 dotnet test tests/Rpc.EndToEnd.Tests --filter ChaosTests --logger "console;verbosity=detailed"</c>.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_call_and_every_item_is_there_once_at_both_ends()
    {
        var seconds = Setting("RPC_CHAOS_SECONDS", 3);
        var clients = Setting("RPC_CHAOS_CLIENTS", 24);
        var seed = Setting("RPC_CHAOS_SEED", 20261121);
        var accounts = new ChaosAccounts();
        await using var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<IChaos>(connection => new ChaosService(connection, accounts));
            rpc.ListenTcp(IPAddress.Loopback, 0);
            rpc.Options.KeepAliveInterval = TimeSpan.FromSeconds(2);
            rpc.Options.KeepAliveTimeout = TimeSpan.FromSeconds(3);
            rpc.Options.SessionGracePeriod = TimeSpan.FromMinutes(5);
        });
        await server.StartAsync();
        await using var relay = new ChaosRelay(new IPEndPoint(IPAddress.Loopback, server.Addresses[0].Port), seed);
        var start = Stopwatch.GetTimestamp();
        var all = Enumerable.Range(0, clients).Select(id => new ChaosClient(id, relay.Address, seed)).ToArray();
        var highest = 0L;
        bool GoesOn()
        {
            highest = Math.Max(highest, GC.GetTotalMemory(forceFullCollection: false));
            var goesOn = Stopwatch.GetElapsedTime(start).TotalSeconds < seconds || relay.Cuts < clients;

            // A goodbye that is lost leaves a session that waits for nobody.
            relay.IsCalm |= !goesOn;
            return goesOn;
        }

        var runs = Task.WhenAll(all.Select(client => Task.Run(() => client.RunAsync(GoesOn))));
        try
        {
            await runs.WaitAsync(TimeSpan.FromSeconds(seconds) + (World.Patience * 2));
        }
        catch (TimeoutException)
        {
            Assert.Fail("These do not come to an end:\n" + string.Join('\n', all.Where(static client => !client.IsDone).Select(static client => client.ToString())));
        }

        // One-way calls have begun, and nobody was told of their end.
        await Eventually.TrueAsync(() => accounts.Noted.Count >= all.Sum(static client => client.Noted) && all.All(static client => client.Told >= client.CalledBack));
        foreach (var client in all)
        {
            for (var number = -1L; number < client.Recorded; number++)
            {
                Assert.Equal(1, accounts.Executed.GetValueOrDefault((client.Id, number)));
            }

            for (var number = 0L; number < client.Noted; number++)
            {
                Assert.Equal(1, accounts.Noted.GetValueOrDefault((client.Id, number)));
            }

            Assert.Equal(client.CalledBack, client.Confirmed);
            Assert.Equal(client.CalledBack, client.Told);
        }

        Assert.Equal(all.Sum(static client => client.Recorded + 1), accounts.Executed.Count);
        Assert.Equal(all.Sum(static client => client.Noted), accounts.Noted.Count);
        Assert.Equal(all.Sum(static client => client.CalledBack), accounts.CalledBack);
        Assert.Equal(all.Sum(static client => client.Items), accounts.Items);
        Assert.True(relay.Connections > clients);
        output.WriteLine(
            $"seed {seed}, {clients} clients, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {relay.Connections} connections, {relay.Cuts} cuts, {relay.HalfCloses} half-closes, "
            + $"{relay.Stalls} stalls, {relay.Bytes / 1e6:0} MB; {accounts.Executed.Count} calls and {accounts.Noted.Count} one-way calls executed once, "
            + $"{accounts.CalledBack} call-backs, {accounts.Items} stream items, {all.Sum(static client => client.Echoed)} payloads; managed memory at its highest {highest / 1e6:0} MB");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
