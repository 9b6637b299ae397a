using System.Text;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;
using Rpc.Transport.Conformance.Faults;
using Rpc.Transports;

namespace Rpc.EndToEnd.Tests;

public sealed class LifeTests
{
    [Fact]
    public async Task A_graceful_close_lets_calls_end_and_refuses_new_ones()
    {
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService { OnRun = async (_, _) => await release.Task });
        var running = world.Proxy.RunAsync("x").AsTask();
        await world.Proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        var closing = world.ServerSide.CloseAsync(RpcCloseReason.ShuttingDown, "bye").AsTask();
        while (world.Client.Connection.State == RpcConnectionState.Open)
        {
            await Task.Yield();
        }

        var refused = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.AddAsync(1, 1).AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, refused.StatusCode);
        release.SetResult("done");
        Assert.Equal("done", await running.WaitAsync(World.Patience));
        await closing.WaitAsync(World.Patience);
        var info = await world.Client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.ShuttingDown, "bye", true), (info.Reason, info.Message, info.ByPeer));
    }

    [Fact]
    public async Task Losing_the_connection_fails_calls_in_flight_and_cancels_handlers()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnRun = async (_, token) =>
            {
                var wait = new TaskCompletionSource<string>();
                await using var registration = token.Register(() =>
                {
                    cancelled.TrySetResult();
                    wait.TrySetResult(string.Empty);
                });
                return await wait.Task;
            },
        });
        var call = world.Proxy.RunAsync("x").AsTask();
        await world.Proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        world.ServerSide.Abort();
        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
        await cancelled.Task.WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.TransportLost, (await world.Client.Connection.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task Every_byte_alone_makes_no_difference()
    {
        var transport = new PairTransport(static client => new OneByteAtATimeConnection(client), static server => new OneByteAtATimeConnection(server));
        await using var world = await World.StartAsync(_ => new TestService(), transport: transport);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Equal("a longer text", await world.Proxy.RunAsync("a longer text").AsTask().WaitAsync(World.Patience));
        var count = 0;
        await foreach (var item in world.Proxy.CountAsync(300))
        {
            Assert.Equal(count++, item);
        }

        Assert.Equal(300, count);
    }

    [Fact]
    public async Task A_cut_in_the_middle_of_a_frame_is_a_lost_connection()
    {
        CutConnection? cut = null;
        var transport = new PairTransport(client => cut = new CutConnection(client, 2000));
        await using var world = await World.StartAsync(_ => new TestService(), transport: transport);
        var exception = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.EchoAsync(new byte[10_000]).AsTask()).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(RpcCloseReason.TransportLost, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
        Assert.NotNull(cut);
    }

    [Fact]
    public async Task A_peer_that_speaks_http_is_refused_cleanly()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var connection = (StreamTransportConnection)await world.Transport.ConnectAsync(world.Transport.Address, default);
        await connection.Output.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        var all = new List<byte>();
        while (true)
        {
            var read = await connection.Input.ReadAsync().AsTask().WaitAsync(World.Patience);
            all.AddRange(read.Buffer.FirstSpan.ToArray());
            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        Assert.Equal("RPC!", Encoding.ASCII.GetString([.. all[..4]]));
        Assert.Equal(3, all[11]);
        await connection.DisposeAsync();
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Too_many_connections_are_refused_with_the_reason()
    {
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.MaxConnections = 1);
        var exception = await Assert.ThrowsAsync<RpcConnectException>(() => world.ConnectAsync()).WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.ResourceExhausted, exception.Reason);
    }

    [Fact]
    public async Task A_dead_peer_is_noticed_within_interval_and_timeout()
    {
        var time = new ManualTimeProvider();
        StallConnection? stalled = null;
        var transport = new PairTransport(server: server => stalled = new StallConnection(server));
        await using var world = await World.StartAsync(
            _ => new TestService(),
            transport: transport,
            client: options =>
            {
                options.TimeProvider = time;
                options.KeepAliveInterval = TimeSpan.FromSeconds(10);
                options.KeepAliveTimeout = TimeSpan.FromSeconds(5);
            });
        world.Expect("KeepAliveTimeout");
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        stalled!.InputGate.Close();
        stalled.OutputGate.Close();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(RpcConnectionState.Open, world.Client.Connection.State);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(RpcCloseReason.KeepAliveTimeout, (await world.Client.Connection.Closed.WaitAsync(World.Patience)).Reason);
        stalled.InputGate.Open();
        stalled.OutputGate.Open();
    }

    [Fact]
    public async Task A_deadline_ends_the_call_at_the_caller()
    {
        var time = new ManualTimeProvider();
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(
            _ => new TestService { OnRun = async (_, _) => await release.Task }, client: options => options.TimeProvider = time);
        var call = world.Proxy.With(new RpcCallOptions { Timeout = TimeSpan.FromSeconds(3) }).RunAsync("x").AsTask();
        await world.Proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        time.Advance(TimeSpan.FromSeconds(3));
        var exception = await Assert.ThrowsAsync<RpcException>(() => call).WaitAsync(World.Patience);
        Assert.Equal(RpcStatusCode.DeadlineExceeded, exception.StatusCode);
        release.SetResult("late");
        Assert.Equal(2, await world.Proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task States_are_told_in_order()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var states = new List<RpcConnectionState>();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Client.Connection.StateChanged += (_, state) =>
        {
            states.Add(state);
            if (state == RpcConnectionState.Closed)
            {
                closed.SetResult();
            }
        };
        await world.Client.CloseAsync().AsTask().WaitAsync(World.Patience);
        await closed.Task.WaitAsync(World.Patience);
        Assert.Equal([RpcConnectionState.Draining, RpcConnectionState.Closed], states);
    }

    [Fact]
    public async Task Connecting_to_an_unknown_scheme_says_what_to_install()
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => RpcClient.ConnectAsync("quic://nowhere:1").AsTask());
        Assert.Contains("Rpc.Transport", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contract_that_the_generator_has_not_seen_says_what_to_install()
    {
        await using var world = await World.StartAsync(_ => new TestService());
#pragma warning disable RPC0006 // What the analyzer warns of is what is tested.
        var exception = Assert.Throws<InvalidOperationException>(() => world.Client.GetProxy<IComparable>());
#pragma warning restore RPC0006
        Assert.Contains("Rpc.Generator", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("ws")]
    [InlineData("inproc")]
    public async Task The_scheme_chooses_the_transport(string scheme)
    {
        await using var server = RpcServer.Create(rpc =>
        {
            rpc.AddService<ITestService>(_ => new TestService());
            _ = scheme switch
            {
                "tcp" => rpc.ListenTcp(System.Net.IPAddress.Loopback, 0),
                "ws" => rpc.ListenWebSocket("http://127.0.0.1:0/rpc"),
                _ => rpc.ListenInProcess("the-scheme-chooses"),
            };
        });
        await server.StartAsync();
        await using var client = await RpcClient.ConnectAsync(server.Addresses[0]).AsTask().WaitAsync(World.Patience);
        Assert.Equal(scheme, client.Connection.Scheme);
        Assert.Equal(7, await client.GetProxy<ITestService>().AddAsync(3, 4).AsTask().WaitAsync(World.Patience));
    }
}
