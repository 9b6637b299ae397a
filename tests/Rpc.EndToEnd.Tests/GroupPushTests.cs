using Rpc.Server;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

public sealed class GroupPushTests
{
    [Fact]
    public async Task Pushes_reach_all_or_all_but_some_or_some_that_are_members()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var (a, b, c, stranger) = (await JoinAsync(world, group), await JoinAsync(world, group), await JoinAsync(world, group), await Listener.ConnectAsync(world));

        group.All.Hear(1);
        group.Except(a.Connection).Hear(2);
        group.Only(a.Connection, stranger.Connection).Hear(3);
        group.Except().Hear(4);
        group.Only().Hear(5);
        group.All.Hear(6);

        Assert.Equal([1, 3, 4, 6], await UntilAsync(a, 6));
        Assert.Equal([1, 2, 4, 6], await UntilAsync(b, 6));
        Assert.Equal([1, 2, 4, 6], await UntilAsync(c, 6));
        stranger.Connection.GetProxy<IListener>().Hear(6);
        Assert.Equal([6], await UntilAsync(stranger, 6));
        Assert.Equal(0, group.Dropped);
    }

    [Fact]
    public async Task A_proxy_of_some_pushes_to_those_who_are_members_at_the_call()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var (a, b) = (await JoinAsync(world, group), await Listener.ConnectAsync(world));
        var others = group.Except(a.Connection);

        others.Hear(1);
        group.Add(b.Connection);
        others.Hear(2);
        group.Remove(b.Connection);
        others.Hear(3);
        group.Add(b.Connection);
        group.All.Hear(4);

        Assert.Equal([4], await UntilAsync(a, 4));
        Assert.Equal([2, 4], await UntilAsync(b, 4));
    }

    [Fact]
    public async Task A_push_is_written_once_whatever_the_number_of_members()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var members = new List<Listener>();
        for (var i = 0; i < 20; i++)
        {
            members.Add(await JoinAsync(world, group));
        }

        var before = Counted.Writes;
        group.All.HearCounted(new Counted { Value = 7 });

        // The pushes have been queued: what the listeners read comes later.
        Assert.InRange(Counted.Writes - before, 1, 20);
        foreach (var member in members)
        {
            Assert.Equal(7, await member.NextAsync());
        }

        // Each listener looked at it once, the writer once.
        Assert.Equal(21, Counted.Writes - before);
    }

    [Fact]
    public async Task Options_of_a_call_go_with_a_push()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IRemark>();
        var remarks = new Remarks();
        await using var client = await world.ConnectAsync(options => options.Serve<IRemark>(remarks));
        await client.GetProxy<ITestService>().AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        group.Add(Assert.Single(world.Server.Connections, connection => connection != world.ServerSide));

        group.All.With(new RpcCallOptions { Metadata = new RpcMetadata { { "from", "kim" } } }).Remark("hello");

        Assert.Equal("kim: hello", await remarks.Made.Task.WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Only_one_way_methods_can_be_pushed()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var member = await JoinAsync(world, group);

        Assert.Contains("AskAsync", (await Assert.ThrowsAsync<InvalidOperationException>(() => group.All.AskAsync().AsTask())).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in group.All.StreamAsync())
            {
                Assert.Fail($"A group answered {item}.");
            }
        });

        group.All.Hear(1);
        Assert.Equal(1, await member.NextAsync());
    }

    [Fact]
    public async Task A_push_that_a_member_cannot_take_is_dropped_for_it_alone_and_counted()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var large = await JoinAsync(world, group);
        var small = await Listener.ConnectAsync(world, options => options.Limits.MaxFrameSize = 1024);
        group.Add(small.Connection);

        group.All.HearBytes(new byte[5000]);
        group.All.Hear(1);

        Assert.Equal([5000, 1], await UntilAsync(large, 1));
        Assert.Equal([1], await UntilAsync(small, 1));
        Assert.Equal(1, group.Dropped);
    }

    [Fact]
    public async Task A_member_that_does_not_read_is_dropped_from_and_disturbs_no_other()
    {
        var stalls = new List<StallConnection>();
        var transport = new PairTransport(server: inner =>
        {
            var stall = new StallConnection(inner);
            stalls.Add(stall);
            return stall;
        });
        await using var world = await World.StartAsync(
            _ => new TestService(), server: rpc => rpc.Options.Limits.MaxQueuedBytes = rpc.Options.Limits.SendHighWater = 64 * 1024, transport: transport);
        var group = new RpcGroup<IListener>();
        var reading = await JoinAsync(world, group);
        var stalled = await JoinAsync(world, group);
        stalls[^1].OutputGate.Close();

        // As much again as the queue of the one that is stalled may have.
        for (var i = 0; i < 32; i++)
        {
            group.All.HearBytes(new byte[4096]);
            Assert.Equal(4096, await reading.NextAsync());
        }

        Assert.InRange(group.Dropped, 1, 31);
        Assert.Equal(2, group.Count);

        // What had room arrives as soon as the member reads again.
        var flushed = group.FlushAsync().AsTask();
        Assert.False(flushed.IsCompleted);
        stalls[^1].OutputGate.Open();
        await flushed.WaitAsync(World.Patience);
        group.All.Hear(1);
        Assert.Equal(32 - group.Dropped, (await UntilAsync(stalled, 1)).Count(static heard => heard == 4096));
    }

    [Fact]
    public async Task A_push_that_can_be_awaited_waits_for_the_slowest_and_drops_nothing()
    {
        var stalls = new List<StallConnection>();
        var transport = new PairTransport(server: inner =>
        {
            var stall = new StallConnection(inner);
            stalls.Add(stall);
            return stall;
        });
        await using var world = await World.StartAsync(_ => new TestService(), server: static rpc => rpc.Options.Limits.SendHighWater = 1024, transport: transport);
        var group = new RpcGroup<IListener>();
        var reading = await JoinAsync(world, group);
        var stalled = await JoinAsync(world, group);
        stalls[^1].OutputGate.Close();

        var pushed = 0;
        var pushing = Task.Run(async () =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                await group.All.HearAsync(i);
                Interlocked.Increment(ref pushed);
            }
        });
        Assert.Equal(0, await reading.NextAsync());
        stalls[^1].OutputGate.Open();
        await pushing.WaitAsync(World.Patience);

        Assert.Equal(5_000, pushed);
        Assert.Equal(Enumerable.Range(0, 5_000), await UntilAsync(stalled, 4_999));
        Assert.Equal(0, group.Dropped);
    }

    [Fact]
    public async Task A_push_to_nobody_does_nothing()
    {
        var group = new RpcGroup<IListener>();

        group.All.Hear(1);
        await group.All.HearAsync(2);
        await group.FlushAsync();

        Assert.Equal(0, group.Dropped);
    }

    private static async Task<Listener> JoinAsync(World world, RpcGroup<IListener> group)
    {
        var listener = await Listener.ConnectAsync(world);
        Assert.True(group.Add(listener.Connection));
        return listener;
    }

    private static async Task<List<int>> UntilAsync(Listener listener, int last)
    {
        var heard = new List<int>();
        do
        {
            heard.Add(await listener.NextAsync());
        }
        while (heard[^1] != last);
        return heard;
    }

    private sealed class Remarks : IRemark
    {
        public TaskCompletionSource<string> Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Remark(string text) => Made.TrySetResult($"{RpcContext.Current!.Metadata["from"]}: {text}");
    }
}

[RpcService]
public interface IRemark
{
    void Remark(string text);
}
