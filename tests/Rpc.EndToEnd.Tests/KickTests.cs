using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

public sealed class KickTests
{
    [Fact]
    public async Task Who_is_kicked_sees_reason_and_message()
    {
        await using var world = Expecting(await World.StartAsync(_ => new TestService()));

        await world.ServerSide.KickAsync("You have been idle for too long.").AsTask().WaitAsync(World.Patience);

        var seen = await world.Client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.Kicked, "You have been idle for too long.", true), (seen.Reason, seen.Message, seen.ByPeer));
        var own = await world.ServerSide.Closed;
        Assert.Equal((RpcCloseReason.Kicked, "You have been idle for too long.", false), (own.Reason, own.Message, own.ByPeer));
    }

    [Fact]
    public async Task Calls_that_run_fail_with_the_reason_and_handlers_are_cancelled()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = Expecting(await World.StartAsync(_ => new TestService
        {
            OnRun = async (_, token) =>
            {
                using var registration = token.Register(cancelled.SetResult);
                started.SetResult();
                await cancelled.Task;
                token.ThrowIfCancellationRequested();
                return "never";
            },
        }));
        var running = world.Proxy.RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);

        await world.ServerSide.KickAsync("Cheating.").AsTask().WaitAsync(World.Patience);

        var failed = await Assert.ThrowsAsync<RpcException>(() => running.WaitAsync(World.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCloseReason.Kicked, "Cheating."), (failed.StatusCode, failed.CloseInfo!.Reason, failed.CloseInfo.Message));
        Assert.Contains("Kicked, Cheating.", failed.Message, StringComparison.Ordinal);
        var late = await Assert.ThrowsAsync<RpcException>(() => world.Proxy.RunAsync("x").AsTask().WaitAsync(World.Patience));
        Assert.Equal(RpcCloseReason.Kicked, late.CloseInfo!.Reason);
        await cancelled.Task.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task What_was_sent_before_the_kick_arrives()
    {
        await using var world = Expecting(await World.StartAsync(_ => new TestService()));
        var listener = await Listener.ConnectAsync(world);

        for (var i = 0; i < 100; i++)
        {
            listener.Connection.GetProxy<IListener>().Hear(i);
        }

        await listener.Connection.KickAsync("Enough.").AsTask().WaitAsync(World.Patience);

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(i, await listener.NextAsync());
        }
    }

    [Fact]
    public async Task A_close_with_the_reason_kicked_lets_calls_end_first()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = Expecting(await World.StartAsync(_ => new TestService
        {
            OnRun = async (_, _) =>
            {
                started.SetResult();
                return await release.Task;
            },
        }));
        var running = world.Proxy.RunAsync("x").AsTask();
        await started.Task.WaitAsync(World.Patience);

        var closing = world.ServerSide.CloseAsync(RpcCloseReason.Kicked, "The match is over.").AsTask();
        release.SetResult("done");

        Assert.Equal("done", await running.WaitAsync(World.Patience));
        await closing.WaitAsync(World.Patience);
        Assert.Equal(
            new RpcCloseInfo(RpcCloseReason.Kicked, "The match is over.", ByPeer: true), await world.Client.Connection.Closed.WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_client_can_kick_a_server_that_calls_it()
    {
        await using var world = Expecting(await World.StartAsync(_ => new TestService()));

        await world.Client.Connection.KickAsync("Wrong server.").AsTask().WaitAsync(World.Patience);

        Assert.Equal(new RpcCloseInfo(RpcCloseReason.Kicked, "Wrong server.", ByPeer: true), await world.ServerSide.Closed.WaitAsync(World.Patience));
    }

    [Fact]
    public async Task The_first_reason_stays()
    {
        await using var world = Expecting(await World.StartAsync(_ => new TestService()));
        await world.ServerSide.KickAsync("first").AsTask().WaitAsync(World.Patience);

        await world.ServerSide.KickAsync("second").AsTask().WaitAsync(World.Patience);

        Assert.Equal("first", (await world.ServerSide.Closed).Message);
        await Assert.ThrowsAsync<ArgumentNullException>(() => world.ServerSide.KickAsync(null!).AsTask());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_cut_after_a_while()
    {
        StallConnection? stall = null;
        var time = new Transport.Conformance.ManualTimeProvider();
        var transport = new PairTransport(server: inner => stall = new StallConnection(inner));
        await using var world = Expecting(await World.StartAsync(_ => new TestService(), server: rpc => rpc.Options.TimeProvider = time, transport: transport));
        world.Expect("TransportLost");
        stall!.OutputGate.Close();

        var kicking = world.ServerSide.KickAsync("Read!").AsTask();
        while (!kicking.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await kicking;
        Assert.Equal(RpcCloseReason.Kicked, (await world.ServerSide.Closed).Reason);
    }

    private static World Expecting(World world) => world.Expect("Kicked");
}
