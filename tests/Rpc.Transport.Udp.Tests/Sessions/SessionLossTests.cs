using Rpc.Client;
using Xunit;

namespace Rpc.Transport.Udp.Tests.Sessions;

/// <summary>When a session over UDP is not resumed.</summary>
public sealed class SessionLossTests
{
    [Fact]
    public async Task After_the_grace_period_both_sides_give_the_session_up_and_the_client_makes_a_new_connection()
    {
        await using var world = await SessionWorld.StartAsync(server: static rpc => rpc.Options.SessionGracePeriod = TimeSpan.FromMilliseconds(50));
        var first = world.Client.Connection;
        var call = world.Proxy.WorkAsync("x").AsTask();
        await SessionWorld.TrueAsync(() => !world.Journal.Begun.IsEmpty);
        world.FallSilent();
        Assert.Equal(RpcCloseReason.SessionLost, (await world.ServerSide.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        Assert.Equal(RpcCloseReason.SessionLost, (await first.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        var lost = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(SessionWorld.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.Sent), (lost.StatusCode, lost.Progress));
        var next = world.Proxy.AgainAsync("next").AsTask();
        world.Speak();
        world.Journal.Go();
        Assert.Equal("next done", await next.WaitAsync(SessionWorld.Patience));
        Assert.NotSame(first, world.Client.Connection);
    }

    [Fact]
    public async Task A_server_that_was_restarted_says_so_when_it_is_asked_and_calls_that_may_be_made_again_are()
    {
        // The grace period is far longer than the test: without asking, the client would wait for a server that never answers.
        await using var world = await SessionWorld.StartAsync();
        var first = world.Client.Connection;
        var once = world.Proxy.WorkAsync("once").AsTask();
        var again = world.Proxy.AgainAsync("again").AsTask();
        await SessionWorld.TrueAsync(() => world.Journal.Begun.Count == 2);
        await world.InterruptAsync();
        await world.Server.DisposeAsync().AsTask().WaitAsync(SessionWorld.Patience);
        await world.RestartAsync();
        world.Speak();

        var lost = await Assert.ThrowsAsync<RpcException>(() => once.WaitAsync(SessionWorld.Patience));
        Assert.Equal((RpcStatusCode.Unavailable, RpcCallProgress.Sent), (lost.StatusCode, lost.Progress));
        Assert.Equal(RpcCloseReason.SessionLost, (await first.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        world.Journal.Go();
        Assert.Equal("again done", await again.WaitAsync(SessionWorld.Patience));
        Assert.Equal(["again", "again", "once"], world.Journal.Begun.Order());
        Assert.NotSame(first, world.Client.Connection);
    }

    [Fact]
    public async Task A_server_without_sessions_grants_none_and_a_silence_ends_the_connection()
    {
        await using var world = await SessionWorld.StartAsync(server: static rpc => rpc.Options.SessionGracePeriod = TimeSpan.Zero);
        var first = world.Client.Connection;
        world.FallSilent();
        Assert.Equal(RpcCloseReason.TransportLost, (await world.ServerSide.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        Assert.Equal(RpcCloseReason.TransportLost, (await first.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        await CallAgainAsync(world);
    }

    [Fact]
    public async Task A_client_that_does_not_want_its_session_resumed_has_none()
    {
        await using var world = await SessionWorld.StartAsync(static (options, _) => options.Reconnect!.Resume = false);
        world.FallSilent();
        Assert.Equal(RpcCloseReason.TransportLost, (await world.ServerSide.Closed.WaitAsync(SessionWorld.Patience)).Reason);
    }

    [Fact]
    public async Task Sessions_beyond_the_limit_are_lost_with_their_connection()
    {
        await using var world = await SessionWorld.StartAsync(server: static rpc => rpc.Options.Limits.MaxInterruptedSessions = 0);
        var first = world.Client.Connection;
        world.FallSilent();
        Assert.Equal(RpcCloseReason.SessionLost, (await world.ServerSide.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        world.Speak();
        await first.Closed.WaitAsync(SessionWorld.Patience);
        await CallAgainAsync(world);
    }

    [Fact]
    public async Task What_waits_in_a_session_ends_when_the_client_gives_up()
    {
        await using var world = await SessionWorld.StartAsync(static (options, _) => options.Reconnect!.MaxAttempts = 2);
        var call = world.Proxy.WorkAsync("x").AsTask();
        world.FallSilent();
        Assert.Equal(RpcStatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(SessionWorld.Patience))).StatusCode);
        Assert.Equal(RpcCloseReason.SessionLost, (await world.Client.Connection.Closed.WaitAsync(SessionWorld.Patience)).Reason);
        await SessionWorld.TrueAsync(() => world.Client.Status.State == RpcClientState.Closed);
    }

    [Fact]
    public async Task Who_calls_much_during_a_silence_is_made_to_wait_and_the_session_holds_no_more_than_its_queues()
    {
        await using var world = await SessionWorld.StartAsync(static (options, _) => options.Limits.MaxQueuedBytes = options.Limits.SendHighWater = 64 * 1024);
        await world.InterruptAsync();
        var payload = new string('x', 1000);
        var calls = Enumerable.Range(0, 3000).Select(i => world.Proxy.AgainAsync($"{i} {payload}").AsTask()).ToList();

        // The transport's queue, the engine's, and one frame beyond; the others have not been written yet.
        Assert.InRange(world.Client.Connection.Statistics.BytesQueued, 1, 80 * 1024);
        world.Journal.Go();
        world.Speak();
        await Task.WhenAll(calls).WaitAsync(SessionWorld.Patience);
        Assert.Equal(3000, world.Journal.Begun.Distinct().Count());
        Assert.Equal(3000, world.Journal.Begun.Count);
    }

    [Fact]
    public async Task A_client_that_is_closed_during_a_silence_says_goodbye_if_the_network_is_back()
    {
        await using var world = await SessionWorld.StartAsync(static (options, _) => options.Reconnect!.InitialDelay = options.Reconnect.MaxDelay = TimeSpan.FromHours(12));
        await world.InterruptAsync();
        world.Speak();
        await world.Client.DisposeAsync().AsTask().WaitAsync(SessionWorld.Patience);
        var closed = await world.ServerSide.Closed.WaitAsync(SessionWorld.Patience);
        Assert.Equal((RpcCloseReason.Normal, true), (closed.Reason, closed.ByPeer));
    }

    // One that is made again: on a busy machine the new connection may be lost as well.
    private static async Task CallAgainAsync(SessionWorld world)
    {
        world.Speak();
        world.Journal.Go();
        Assert.Equal("x done", await world.Proxy.AgainAsync("x").AsTask().WaitAsync(SessionWorld.Patience));
    }
}
