using Rpc.Server;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

public sealed class GroupConcurrencyTests
{
    private const int Pushers = 4;
    private const int PushesEach = 500;

    private readonly List<StallConnection> _stalls = [];

    [Theory]
    [InlineData(RpcSlowMember.Wait)]
    [InlineData(RpcSlowMember.DropNewest)]
    [InlineData(RpcSlowMember.DropOldest)]
    [InlineData(RpcSlowMember.Latest)]
    public async Task What_members_saw_and_what_was_counted_add_up_while_queues_fill_and_empty(RpcSlowMember policy)
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = policy, MaxQueuedBytes = 16 * 1024, MaxBacklogMessages = 20 });
        var members = new List<Screen>();
        for (var i = 0; i < 3; i++)
        {
            members.Add(await Screen.JoinAsync(world, group, _stalls));
        }

        var filling = new byte[300];
        var pushers = Enumerable.Range(0, Pushers).Select(pusher => Task.Run(async () =>
        {
            for (var i = 0; i < PushesEach; i++)
            {
                var number = pusher * PushesEach + i;
                if (policy == RpcSlowMember.Wait)
                {
                    await group.All.ShowAsync(number, filling);
                }
                else
                {
                    group.All.Show(number, filling);
                }

                if (i % 50 == 0)
                {
                    // One of the members reads no more, until the next one does not.
                    var stalled = members[i / 50 % 3].Stall.OutputGate;
                    stalled.Close();
                    await Task.Yield();
                    stalled.Open();
                }
            }
        })).ToList();
        await Task.WhenAll(pushers).WaitAsync(World.Patience);
        members.ForEach(static member => member.Stall.OutputGate.Open());
        await group.FlushAsync().AsTask().WaitAsync(World.Patience);
        Assert.Equal(0, group.Backlog);

        // Every queue has room, so the last push arrives everywhere, behind all others.
        var missing = 3L * Pushers * PushesEach - group.Dropped - group.Replaced;
        group.All.Show(-1, []);
        foreach (var member in members)
        {
            var seen = await member.UntilAsync(-1);
            missing -= seen.Count - 1;
            Assert.Equal(seen.Count, seen.Distinct().Count());
            for (var pusher = 0; pusher < Pushers; pusher++)
            {
                var own = seen.Where(number => number >= 0 && number / PushesEach == pusher).ToList();
                Assert.Equal(own.Order(), own);
            }
        }

        Assert.Equal(0, missing);
        if (policy == RpcSlowMember.Wait)
        {
            Assert.Equal(0, group.Dropped);
        }
    }

    [Fact]
    public async Task Who_stays_misses_nothing_while_others_join_leave_stall_and_close()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>();
        var staying = await Screen.JoinAsync(world, group, _stalls);
        var others = new List<Screen>();
        for (var i = 0; i < 6; i++)
        {
            others.Add(await Screen.JoinAsync(world, group, _stalls));
        }

        var pushing = Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                await group.All.ShowAsync(i, new byte[100]);
            }
        });
        var churning = others.Select((other, index) => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                if (i % 20 == 0)
                {
                    other.Stall.OutputGate.Close();
                }

                group.Remove(other.Connection);
                await Task.Yield();
                group.Add(other.Connection);
                other.Stall.OutputGate.Open();
            }

            if (index % 2 == 0)
            {
                other.Connection.Abort();
            }
        })).ToList();
        await Task.WhenAll(churning.Append(pushing)).WaitAsync(World.Patience);

        Assert.Equal(Enumerable.Range(0, 2000), await staying.UntilAsync(1999));
        await Eventually.TrueAsync(() => group.Count == 4 && group.Backlog == 0 && group.Waiting == 0);
        Assert.Equal(0, group.Replaced + group.Disconnected);
    }
}
