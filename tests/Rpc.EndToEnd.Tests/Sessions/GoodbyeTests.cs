using Rpc.Client;
using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>A client that is closed while nothing carries its session: the server need not wait for it.</summary>
public sealed class GoodbyeTests
{
    [Fact]
    public async Task A_client_that_is_disposed_while_its_session_waits_comes_back_to_say_goodbye()
    {
        await using var world = await SessionWorld.StartAsync(Patient);
        await world.LoseAsync();
        await Eventually.TrueAsync(() => world.ServerSide.IsInterrupted);
        world.IsDown = false;
        await world.Client.DisposeAsync().AsTask().WaitAsync(World.Patience);
        var closed = await world.ServerSide.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.Normal, true), (closed.Reason, closed.ByPeer));
        Assert.Equal(2, world.Connections);
    }

    [Fact]
    public async Task A_client_that_is_closed_while_its_session_waits_lets_its_calls_end()
    {
        await using var world = await SessionWorld.StartAsync(Patient);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Service.OnRun = async (what, token) =>
        {
            started.SetResult();
            await go.Task.WaitAsync(token);
            return what + " done";
        };
        var call = world.Proxy.RunAsync("work").AsTask();
        await started.Task.WaitAsync(World.Patience);
        await world.LoseAsync();
        world.IsDown = false;
        var closing = world.Client.CloseAsync().AsTask();
        go.SetResult();
        Assert.Equal("work done", await call.WaitAsync(World.Patience));
        await closing.WaitAsync(World.Patience);
        Assert.Equal(RpcCloseReason.Normal, (await world.ServerSide.Closed.WaitAsync(World.Patience)).Reason);
    }

    [Fact]
    public async Task It_tries_once_and_the_session_waits_for_its_time_if_nobody_is_there()
    {
        await using var world = await SessionWorld.StartAsync(Patient);
        await world.LoseAsync();
        await world.Client.DisposeAsync().AsTask().WaitAsync(World.Patience);
        await Eventually.TrueAsync(() => world.ServerSide.IsInterrupted);
        Assert.False(world.ServerSide.Closed.IsCompleted);
        Assert.Equal(1, world.Connections);
    }

    [Fact]
    public async Task It_does_not_wait_longer_than_a_goodbye_may_take_for_a_network_that_does_not_answer()
    {
        var time = new ManualTimeProvider();
        await using var world = await SessionWorld.StartAsync(options =>
        {
            Patient(options);
            options.TimeProvider = time;
        });
        await world.LoseAsync();
        var connecting = world.Hang();
        var disposing = world.Client.DisposeAsync().AsTask();
        await connecting.WaitAsync(World.Patience);
        Assert.False(disposing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        await disposing.WaitAsync(World.Patience);
    }

    /// <summary>Makes no attempt by itself within the test.</summary>
    private static void Patient(RpcClientOptions options) =>
        options.Reconnect = new RpcReconnectOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1), NextRandom = static () => 0.99 };
}
