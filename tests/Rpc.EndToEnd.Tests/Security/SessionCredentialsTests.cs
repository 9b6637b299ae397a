using Rpc.Client;
using Rpc.EndToEnd.Tests.Sessions;
using Rpc.Transport.Conformance;

namespace Rpc.EndToEnd.Tests.Security;

/// <summary>A session keeps who its client is; what has expired is not resumed.</summary>
public sealed class SessionCredentialsTests
{
    [Fact]
    public async Task A_session_that_is_resumed_keeps_its_user_and_a_refresh_waits_for_it()
    {
        var asked = 0;
        await using var world = await SessionWorld.StartAsync(
            options => options.Credentials = _ => new(new RpcCredentials("Bearer", Interlocked.Increment(ref asked) == 1 ? "kim/first" : "kim/second")),
            static rpc => rpc.Authenticate(Tokens.Authenticator()));
        await world.LoseAsync();
        var refresh = world.Client.RefreshCredentialsAsync().AsTask();
        world.IsDown = false;
        await world.WhenAsync(RpcClientState.Open);
        await refresh.WaitAsync(World.Patience);
        Assert.Same(world.ServerSide, Assert.Single(world.Server.Connections));
        Assert.True(world.ServerSide.User.IsInRole("second"));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Credentials_that_expire_while_there_is_no_connection_end_the_session_and_the_client_comes_back_with_new_ones()
    {
        var time = new ManualTimeProvider();
        var asked = 0;
        await using var world = await SessionWorld.StartAsync(
            options => options.Credentials = _ => new(new RpcCredentials("Bearer", Interlocked.Increment(ref asked) == 1 ? "kim/first/5" : "kim/second")),
            rpc =>
            {
                rpc.Options.TimeProvider = time;
                rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
                rpc.Authenticate(Tokens.Authenticator(time));
            });
        await world.LoseAsync();
        await Eventually.TrueAsync(() => world.ServerSide.IsInterrupted);
        time.Advance(TimeSpan.FromSeconds(5));

        // Nobody is there to say goodbye to: the farewell's time is over too.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return world.ServerSide.Closed.IsCompleted;
        });
        Assert.Equal(RpcCloseReason.CredentialsExpired, (await world.ServerSide.Closed).Reason);
        world.IsDown = false;
        await world.WhenAsync(RpcClientState.Open);
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.True(Assert.Single(world.Server.Connections).User.IsInRole("second"));
    }
}
