using System.Runtime.CompilerServices;
using Rpc.Server;

namespace Rpc.EndToEnd.Tests;

public sealed class GroupMemberTests
{
    [Fact]
    public async Task Joining_and_leaving_tell_whether_they_changed_anything()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var member = await Listener.ConnectAsync(world);

        Assert.False(group.Remove(member.Connection));
        Assert.True(group.Add(member.Connection));
        Assert.False(group.Add(member.Connection));
        Assert.True(group.Contains(member.Connection));
        Assert.Equal([member.Connection], group.Members);
        Assert.True(group.Remove(member.Connection));
        Assert.False(group.Contains(member.Connection));
        Assert.Equal(0, group.Count);
    }

    [Fact]
    public async Task A_connection_that_closes_leaves_by_itself()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var groups = new RpcGroups();
        var (staying, leaving, cut) = (await Listener.ConnectAsync(world), await Listener.ConnectAsync(world), await Listener.ConnectAsync(world));
        var lobby = groups.Join<IListener>("lobby", staying.Connection);
        groups.Join<IListener>("lobby", leaving.Connection);
        groups.Join<IListener>("lobby", cut.Connection);
        groups.Join<IListener>("den", leaving.Connection);

        await leaving.CloseAsync();
        cut.Connection.Abort();

        await Eventually.TrueAsync(() => lobby.Count == 1 && groups.Count == 1);
        Assert.Equal([staying.Connection], lobby.Members);
        lobby.All.Hear(1);
        Assert.Equal(1, await staying.NextAsync());
    }

    [Fact]
    public async Task A_connection_that_has_closed_is_no_member_for_long()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var member = await Listener.ConnectAsync(world);
        await member.CloseAsync();
        await member.Connection.Closed.WaitAsync(World.Patience);
        var group = new RpcGroup<IListener>();

        group.Add(member.Connection);

        await Eventually.TrueAsync(() => group.Count == 0);
    }

    [Fact]
    public async Task Who_stays_hears_everything_in_order_while_others_come_and_go()
    {
        const int Pushes = 1000;
        await using var world = await World.StartAsync(_ => new TestService());
        var group = new RpcGroup<IListener>();
        var staying = await Listener.ConnectAsync(world);
        group.Add(staying.Connection);
        var moving = new List<Listener>();
        for (var i = 0; i < 4; i++)
        {
            moving.Add(await Listener.ConnectAsync(world));
        }

        using var stop = new CancellationTokenSource();
        var movers = moving.Select(listener => RunAsync(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Assert.True(group.Add(listener.Connection));
                Assert.True(group.Remove(listener.Connection));
            }

            group.Add(listener.Connection);
        })).ToArray();
        await Task.Run(async () =>
        {
            for (var i = 1; i <= Pushes; i++)
            {
                group.All.Hear(i);
                await group.FlushAsync();
            }
        }).WaitAsync(World.Patience);
        await stop.CancelAsync();
        await Task.WhenAll(movers).WaitAsync(World.Patience);
        group.All.Hear(Pushes + 1);

        for (var i = 1; i <= Pushes + 1; i++)
        {
            Assert.Equal(i, await staying.NextAsync());
        }

        // The others missed what was pushed without them, and heard the rest in order, the last one for sure.
        foreach (var listener in moving)
        {
            var last = 0;
            while (last <= Pushes)
            {
                var heard = await listener.NextAsync();
                Assert.InRange(heard, last + 1, Pushes + 1);
                last = heard;
            }
        }
    }

    [Fact]
    public async Task Joining_and_leaving_a_room_at_the_same_time_loses_nobody()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var groups = new RpcGroups();
        var listeners = new List<Listener>();
        for (var i = 0; i < 4; i++)
        {
            listeners.Add(await Listener.ConnectAsync(world));
        }

        await Task.WhenAll(listeners.Select(listener => RunAsync(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                // The room may go with the others between any two of these.
                var room = groups.Join<IListener>("room", listener.Connection);
                Assert.Same(room, groups.Get<IListener>("room"));
                Assert.True(room.Remove(listener.Connection));
            }
        }))).WaitAsync(World.Patience);

        Assert.Equal(0, groups.Count);
    }

    [Fact]
    public async Task Rooms_of_different_names_and_contracts_are_different()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var groups = new RpcGroups();
        var (a, b) = (await Listener.ConnectAsync(world), await Listener.ConnectAsync(world));
        groups.Join<IListener>("a", a.Connection).All.Hear(1);
        groups.Join<IListener>("b", b.Connection).All.Hear(2);
        groups.Join<IRemark>("a", b.Connection);

        Assert.Equal(1, await a.NextAsync());
        Assert.Equal(2, await b.NextAsync());
        Assert.Equal(3, groups.Count);
        Assert.Equal([b.Connection], groups.Get<IRemark>("a").Members);
    }

    [Fact]
    public async Task Who_comes_and_goes_again_and_again_leaves_nothing_behind()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var member = await Listener.ConnectAsync(world);
        var groups = new RpcGroups();
        var left = ComeAndGo();

        GC.Collect();
        Assert.DoesNotContain(left, static room => room.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        List<WeakReference> ComeAndGo()
        {
            var rooms = new List<WeakReference>();
            for (var i = 0; i < 100; i++)
            {
                var room = groups.Join<IListener>("room", member.Connection);
                room.Remove(member.Connection);
                rooms.Add(new WeakReference(room));
            }

            return rooms;
        }
    }

    /// <summary>Runs on a thread of its own: what spins takes none of the pool's, which the connections need.</summary>
    private static Task RunAsync(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
