using System.Net;
using System.Runtime.CompilerServices;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Tcp;
using Rpc.Transport.WebSockets;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>Clients that move: from one server to another one that takes over, and from one transport to another.</summary>
public sealed class MovingTests
{
    [Fact]
    public async Task A_rolling_restart_of_two_servers_under_load_fails_no_call()
    {
        var first = await StartAsync();
        var second = await StartAsync();
        await using var client = await RpcClient.ConnectAsync(first.Addresses[0], options =>
        {
            options.Reconnect = SessionWorld.Quick();
            options.Reconnect.Addresses.Add(second.Addresses[0]);
            options.Serve<ITestClient>(new TestClient());
        }).AsTask().WaitAsync(World.Patience);
        var stop = new CancellationTokenSource();
        var all = 0;
        var load = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            var proxy = client.GetProxy<ITestService>();
            var calls = 0;
            while (!stop.IsCancellationRequested)
            {
                Assert.Equal(calls + worker, await proxy.AddAsync(calls, worker));
                calls++;
                Interlocked.Increment(ref all);
                if (calls % 50 == 0)
                {
                    Assert.Equal("asked!", await proxy.RunAsync("asked"));
                    Assert.Equal(45, await proxy.SumAsync(TestService.Count(10, default)));
                }
            }

            return calls;
        })).ToArray();

        for (var round = 0; round < 4; round++)
        {
            var (leaving, staying) = round % 2 == 0 ? (first, second) : (second, first);
            var before = Volatile.Read(ref all);
            await Eventually.TrueAsync(() => leaving.Connections.Count == 1 && client.Status.State == RpcClientState.Open && Volatile.Read(ref all) > before + 1000);
            await leaving.StopAsync().WaitAsync(World.Patience);
            await Eventually.TrueAsync(() => staying.Connections.Count == 1);
            var again = await StartAsync(leaving.Addresses[0].Port);
            (first, second) = round % 2 == 0 ? (again, second) : (first, again);
        }

        await stop.CancelAsync();
        var calls = await Task.WhenAll(load).WaitAsync(World.Patience);
        Assert.Equal(all, calls.Sum());
        await client.DisposeAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_call_that_runs_when_its_server_drains_ends_on_the_old_connection_and_later_ones_go_to_the_new()
    {
        await using var world = await SessionWorld.StartAsync();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Service.OnRun = async (what, token) =>
        {
            started.TrySetResult();
            await go.Task.WaitAsync(token);

            // A handler that runs may still call the client.
            return await world.ServerSide.GetProxy<ITestClient>().AskAsync(what, token);
        };
        var old = world.ServerSide;
        var call = world.Proxy.RunAsync("long").AsTask();
        await started.Task.WaitAsync(World.Patience);
        var draining = old.Draining;
        var closing = old.CloseAsync(RpcCloseReason.ShuttingDown, "Moving.").AsTask();
        await Eventually.TrueAsync(() => world.Connections == 2 && world.Client.Status.State == RpcClientState.Open);
        await Eventually.TrueAsync(() => draining.IsCancellationRequested);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.False(closing.IsCompleted);
        go.SetResult();
        Assert.Equal("long!", await call.WaitAsync(World.Patience));
        await closing.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task An_endless_stream_ends_in_good_order_by_the_draining_token()
    {
        await using var world = await SessionWorld.StartAsync();
        world.Service.OnCount = (_, token) => EndlessAsync(world.ServerSide.Draining, token);
        var last = -1;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in world.Proxy.CountAsync(0))
            {
                last = item;
            }
        });
        await Eventually.TrueAsync(() => Volatile.Read(ref last) > 10);
        await world.ServerSide.CloseAsync(RpcCloseReason.ShuttingDown).AsTask().WaitAsync(World.Patience);
        await reading.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task The_server_says_when_and_where_to_go_on()
    {
        await using var other = await StartAsync();
        var server = await StartAsync(configure: options =>
        {
            options.DrainAddress = other.Addresses[0];
            options.DrainRetryAfter = TimeSpan.FromMilliseconds(1);
        });
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0], static options => options.Reconnect = SessionWorld.Quick());
        Assert.Equal(3, await client.GetProxy<ITestService>().AddAsync(1, 2));
        var delay = new TaskCompletionSource<RpcClientStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StatusChanged += (_, status) =>
        {
            if (status.State == RpcClientState.Reconnecting)
            {
                delay.TrySetResult(status);
            }
        };
        await server.StopAsync().WaitAsync(World.Patience);
        var told = await delay.Task.WaitAsync(World.Patience);
        Assert.Equal((TimeSpan.FromMilliseconds(1), RpcCloseReason.ShuttingDown), (told.Delay, told.Reason!.Reason));
        Assert.Equal(5, await client.GetProxy<ITestService>().AddAsync(2, 3).AsTask().WaitAsync(World.Patience));
        Assert.Single(other.Connections);
    }

    [Fact]
    public async Task A_session_moves_from_TCP_to_WebSocket()
    {
        var service = new TestService();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var executed = 0;
        service.OnRun = async (what, _) =>
        {
            executed++;
            started.TrySetResult();
            await go.Task;
            return what;
        };
        await using var server = RpcServer.Create(rpc => rpc
            .AddService<ITestService>(_ => service)
            .ListenTcp(IPAddress.Loopback, 0)
            .ListenWebSocket("http://127.0.0.1:0/rpc"));
        await server.StartAsync();
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0], options =>
        {
            options.Reconnect = SessionWorld.Quick();
            options.Reconnect.Addresses.Add(server.Addresses[1]);
        });
        var call = client.GetProxy<ITestService>().RunAsync("moved").AsTask();
        await started.Task.WaitAsync(World.Patience);
        Assert.Equal("tcp", client.Connection.Scheme);
        for (var i = 0; client.Connection.Scheme != "ws"; i++)
        {
            client.ReconnectNow();
            await client.WhenOpenAsync().AsTask().WaitAsync(World.Patience);
            await Task.Yield();
        }

        go.SetResult();
        Assert.Equal("moved", await call.WaitAsync(World.Patience));
        Assert.Equal(1, executed);
        Assert.Single(server.Connections);
    }

    private static async Task<RpcServer> StartAsync(int port = 0, Action<RpcServerOptions>? configure = null)
    {
        var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<ITestService>(static connection => new TestService { OnRun = (what, token) => connection.GetProxy<ITestClient>().AskAsync(what, token) });
            rpc.ListenTcp(IPAddress.Loopback, port);
            configure?.Invoke(rpc.Options);
        });
        await server.StartAsync();
        return server;
    }

    private static async IAsyncEnumerable<int> EndlessAsync(CancellationToken draining, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; !draining.IsCancellationRequested; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return i;
        }
    }
}
