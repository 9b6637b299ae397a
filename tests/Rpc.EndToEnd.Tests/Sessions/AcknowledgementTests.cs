namespace Rpc.EndToEnd.Tests.Sessions;

/// <summary>What each side has of the other's bytes is told in time, as the other may send no more than it can keep.</summary>
public sealed class AcknowledgementTests
{
    [Fact]
    public async Task A_handler_that_blocks_its_thread_does_not_hold_up_the_acknowledgement_of_what_arrives_with_it()
    {
        using var release = new ManualResetEventSlim();
        await using var world = await SessionWorld.StartAsync(
            client: static options => options.Limits.MaxReplayBytes = 512 * 1024);
        world.Service.OnRun = (what, _) =>
        {
            if (what == "block")
            {
                release.Wait(World.Patience, CancellationToken.None);
            }

            return new ValueTask<string>("");
        };
        var blocked = world.Proxy.RunAsync("block").AsTask();
        try
        {
            var large = new string('x', 60_000);
            var others = Enumerable.Range(0, 60).Select(_ => world.Proxy.RunAsync(large).AsTask()).ToArray();
            await Task.WhenAll(others).WaitAsync(World.Patience);
            Assert.False(blocked.IsCompleted);
        }
        finally
        {
            release.Set();
        }

        await blocked.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Far_more_than_is_kept_goes_one_way_without_an_answer()
    {
        await using var world = await SessionWorld.StartAsync(
            client: static options => options.Limits.MaxReplayBytes = 512 * 1024,
            server: static rpc => rpc.Options.Limits.MaxReplayBytes = 512 * 1024);
        const int Items = 500_000;
        Assert.Equal(Items * (Items - 1L) / 2, await world.Proxy.SumAsync(TestService.Count(Items, default)).AsTask().WaitAsync(World.Patience));
        var expected = 0;
        await foreach (var item in world.Proxy.CountAsync(Items))
        {
            Assert.Equal(expected++, item);
        }

        Assert.Equal(Items, expected);
        Assert.Equal(1, world.Connections);
    }
}
