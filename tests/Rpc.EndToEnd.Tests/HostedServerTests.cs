using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rpc.Client;
using Rpc.Server;
using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests;

public sealed class HostedServerTests
{
    [Fact]
    public async Task An_option_out_of_its_range_fails_the_hosts_start()
    {
        await using var hosted = Hosted.Build(static _ => { }, static (services, _) => services.Configure<RpcServerOptions>(static options => options.Limits.MaxFrameSize = 1));

        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => hosted.StartAsync().WaitAsync(World.Patience));

        Assert.Equal(nameof(RpcLimits.MaxFrameSize), error.ParamName);
    }

    [Fact]
    public async Task Options_of_the_container_come_before_those_of_the_builder()
    {
        var seen = 0;
        await using var hosted = await Hosted.StartAsync(
            rpc => rpc.Configure(options =>
            {
                seen = options.Limits.MaxConnections;
                options.Limits.MaxConnections = 1;
            }),
            static (services, _) => services.Configure<RpcServerOptions>(static options => options.Limits.MaxConnections = 7));
        Assert.Equal(7, seen);

        await using var first = await RpcClient.ConnectAsync(hosted.Address);
        var error = await Assert.ThrowsAsync<RpcConnectException>(() => RpcClient.ConnectAsync(hosted.Address).AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcCloseReason.ResourceExhausted, error.Reason);
    }

    [Fact]
    public async Task Clock_and_log_are_the_hosts()
    {
        var time = new ManualTimeProvider();
        RpcServerOptions? options = null;
        await using var hosted = await Hosted.StartAsync(
            rpc => options = rpc.Options,
            (services, _) => services.AddSingleton<TimeProvider>(time));

        Assert.Same(time, options?.TimeProvider);
        Assert.Same(hosted.Get<ILoggerFactory>(), options?.LoggerFactory);
    }

    [Fact]
    public void A_host_has_one_server()
    {
        var services = new ServiceCollection().AddRpcServer(static _ => { });

        Assert.Throws<InvalidOperationException>(() => services.AddRpcServer(static _ => { }));
    }

    [Fact]
    public async Task Stopping_the_host_lets_calls_end_and_takes_no_more()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hosted = await Hosted.StartAsync(rpc => rpc.AddService<ITestService>(_ => new TestService
        {
            OnRun = (_, _) =>
            {
                started.TrySetResult();
                return new(release.Task);
            },
        }));
        await using var client = await RpcClient.ConnectAsync(hosted.Address);
        var call = client.GetProxy<ITestService>().RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);
        var draining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Connection.StateChanged += (_, state) => draining.TrySetResult();

        var stop = hosted.StopAsync();
        await draining.Task.WaitAsync(World.Patience);
        Assert.False(stop.IsCompleted);
        await Assert.ThrowsAsync<RpcConnectException>(() => RpcClient.ConnectAsync(hosted.Address).AsTask().WaitAsync(World.Patience));

        release.SetResult("done");
        Assert.Equal("done", await call.WaitAsync(World.Patience));
        await stop.WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.ShuttingDown, (await client.Connection.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task A_shutdown_whose_time_is_over_cancels_the_calls_that_still_run()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hosted = await Hosted.StartAsync(rpc => rpc.AddService<ITestService>(_ => new TestService
        {
            OnRun = async (_, token) =>
            {
                using var registration = token.Register(() => cancelled.TrySetResult());
                started.TrySetResult();
                await cancelled.Task;
                throw new OperationCanceledException(token);
            },
        }));
        await using var client = await RpcClient.ConnectAsync(hosted.Address);
        var call = client.GetProxy<ITestService>().RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);
        using var patience = new CancellationTokenSource();

        var stop = hosted.StopAsync(patience.Token);
        Assert.False(cancelled.Task.IsCompleted);
        await patience.CancelAsync();

        await cancelled.Task.WaitAsync(World.Patience);
        await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(World.Patience));
        await stop.WaitAsync(World.Patience);
        Assert.Empty(hosted.Server.Connections);
    }

    [Fact]
    public async Task Groups_are_the_same_wherever_they_are_injected()
    {
        var served = new TestClient();
        await using var hosted = await Hosted.StartAsync(static rpc => rpc.AddService<IOther, Joining>());
        await using var client = await RpcClient.ConnectAsync(hosted.Address, options => options.Serve<ITestClient>(served));
        await client.GetProxy<IOther>().NameAsync().AsTask().WaitAsync(World.Patience);

        hosted.Get<RpcGroup<ITestClient>>().All.Told("all");
        hosted.Get<RpcGroups>().Get<ITestClient>("lobby").All.Told("lobby");

        Assert.Equal("all", await served.Heard.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        Assert.Equal("lobby", await served.Heard.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Groups_of_a_contract_are_set_up_with_the_host()
    {
        await using var hosted = await Hosted.StartAsync(
            rpc => rpc.AddService<ITestService>(_ => new TestService()),
            (services, _) => services
                .AddRpcGroup<IScreen>(static options => options.SlowMember = RpcSlowMember.Disconnect)
                .AddRpcGroup<ITestClient>(static options => options.For("NoSuchMethod", RpcSlowMember.Latest)));

        Assert.NotNull(hosted.Get<RpcGroup<IScreen>>());
        Assert.NotNull(hosted.Get<RpcGroup<IListener>>());

        // Named groups are set up with the same options, whose mistakes show when they are first asked for.
        Assert.Throws<ArgumentException>(() => hosted.Get<RpcGroup<ITestClient>>());
        Assert.Contains("NoSuchMethod", Assert.Throws<ArgumentException>(() => hosted.Get<RpcGroups>()).Message, StringComparison.Ordinal);
    }

    private sealed class Joining(RpcConnection connection, RpcGroup<ITestClient> all, RpcGroups rooms) : IOther
    {
        public ValueTask<string> NameAsync()
        {
            all.Add(connection);
            rooms.Join<ITestClient>("lobby", connection);
            return new("joined");
        }
    }
}
