using Rpc.Server;
using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

/// <summary>What becomes of pushes to a member that does not read, while another does.</summary>
public sealed class GroupPolicyTests
{
    private const int Pushes = 64;

    private static readonly byte[] s_filling = new byte[Screen.Filling];

    private readonly List<StallConnection> _stalls = [];

    [Theory]
    [InlineData(RpcSlowMember.DropNewest)]
    [InlineData(RpcSlowMember.Wait)]
    public async Task Drop_newest_keeps_what_was_pushed_first(RpcSlowMember policy)
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = policy, MaxQueuedBytes = 16 * 1024 });
        var (reading, slow) = await JoinAsync(world, group);

        var seen = await PushAsync(group, reading, slow);

        Assert.InRange(group.Dropped, 1, Pushes - 1);
        Assert.Equal(Enumerable.Range(0, Pushes - (int)group.Dropped).Append(Pushes), seen);
        Assert.Equal((0, 0, 0), (group.Replaced, group.Disconnected, group.Backlog));
    }

    [Fact]
    public async Task Drop_oldest_keeps_what_was_pushed_last_in_order()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.DropOldest, MaxBacklogMessages = 10 });
        var (reading, slow) = await JoinAsync(world, group);

        var seen = await PushAsync(group, reading, slow, () => Assert.Equal(10, group.Backlog));

        Assert.InRange(group.Dropped, 1, Pushes - 10);
        var queued = Pushes - 10 - (int)group.Dropped;
        Assert.Equal(Enumerable.Range(0, queued).Concat(Enumerable.Range(Pushes - 10, 11)), seen);
        Assert.Equal((0, 0, 0), (group.Replaced, group.Disconnected, group.Backlog));
    }

    [Fact]
    public async Task Drop_oldest_is_bounded_by_bytes_as_well()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.DropOldest, MaxBacklogBytes = 5 * (Screen.Filling + 64) });
        var (reading, slow) = await JoinAsync(world, group);

        var seen = await PushAsync(group, reading, slow, () => Assert.Equal(5, group.Backlog));

        Assert.Equal(Enumerable.Range(Pushes - 5, 6), seen.TakeLast(6));
        Assert.Equal(Pushes + 1, seen.Count + group.Dropped);
    }

    [Fact]
    public async Task Latest_gives_the_newest_alone()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Latest });
        var (reading, slow) = await JoinAsync(world, group);

        var seen = await PushAsync(group, reading, slow, () => Assert.Equal(1, group.Backlog));

        Assert.InRange(group.Replaced, 1, Pushes - 1);
        Assert.Equal(Enumerable.Range(0, Pushes - 1 - (int)group.Replaced).Concat([Pushes - 1, Pushes]), seen);
        Assert.Equal((0, 0, 0), (group.Dropped, group.Disconnected, group.Backlog));
    }

    [Fact]
    public async Task Latest_gives_the_newest_of_each_key_in_the_order_in_which_the_keys_came()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Latest });
        var (_, slow) = await JoinAsync(world, group);
        Fill(group, slow);
        var keys = new[] { "a", "b", "c" }.Select(key => group.All.With(new RpcCallOptions { Key = key })).ToArray();

        foreach (var number in new[] { 10, 11, 12, 20, 22, 30 })
        {
            keys[number % 10].Show(number, []);
        }

        keys[0].Moved(40, []);
        Assert.Equal(4, group.Backlog - 1);
        slow.Stall.OutputGate.Open();

        // 11 is the newest of b, the first to be left alone; moves are another method.
        Assert.Equal([30, 11, 22, 40], (await slow.UntilAsync(40)).TakeLast(4));
        Assert.Equal(0, group.Dropped);
    }

    [Fact]
    public async Task Latest_with_more_keys_than_may_wait_drops_the_oldest()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Latest, MaxBacklogMessages = 3 });
        var (_, slow) = await JoinAsync(world, group);
        Fill(group, slow);

        for (var i = 100; i < 110; i++)
        {
            group.All.With(new RpcCallOptions { Key = i }).Show(i, []);
        }

        Assert.Equal(3, group.Backlog);
        slow.Stall.OutputGate.Open();
        Assert.Equal([107, 108, 109], (await slow.UntilAsync(109)).TakeLast(3));
    }

    [Fact]
    public async Task Who_awaits_waits_for_the_slow_and_the_others_have_theirs_at_once()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>();
        var (reading, slow) = await JoinAsync(world, group);
        slow.Stall.OutputGate.Close();

        var pushes = new List<Task>();
        for (var i = 0; i < Pushes; i++)
        {
            pushes.Add(group.All.ShowAsync(i, s_filling).AsTask());
            Assert.Equal(i, await reading.NextAsync());
        }

        Assert.False(pushes[^1].IsCompleted);
        Assert.Equal(pushes.Count(static push => !push.IsCompleted), group.Waiting);
        Assert.Equal(group.Waiting, group.Backlog);
        slow.Stall.OutputGate.Open();
        await Task.WhenAll(pushes).WaitAsync(World.Patience);

        Assert.Equal(Enumerable.Range(0, Pushes), await slow.UntilAsync(Pushes - 1));
        await Eventually.TrueAsync(() => group.Waiting == 0);
        Assert.Equal((0, 0), (group.Dropped, group.Backlog));
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_takes_the_push_back_from_those_who_have_not_got_it()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>();
        var (reading, slow) = await JoinAsync(world, group);
        Fill(group, slow);
        using var cancellation = new CancellationTokenSource();
        var before = group.Backlog;

        var cancelled = group.All.ShowAsync(100, [], cancellation.Token).AsTask();
        var staying = group.All.ShowAsync(101, []).AsTask();
        Assert.Equal([100, 101], await reading.UntilAsync(101));
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(World.Patience))).CancellationToken);
        Assert.Equal(before + 1, group.Backlog);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => group.All.ShowAsync(102, [], cancellation.Token).AsTask());

        slow.Stall.OutputGate.Open();
        await staying.WaitAsync(World.Patience);
        Assert.DoesNotContain(100, await slow.UntilAsync(101));
    }

    [Fact]
    public async Task Who_waits_is_let_go_when_the_slow_member_leaves_or_closes()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>();
        var (_, leaving) = await JoinAsync(world, group);
        var closing = await Screen.JoinAsync(world, group, _stalls);
        leaving.Stall.OutputGate.Close();
        closing.Stall.OutputGate.Close();
        var pushes = Enumerable.Range(0, Pushes).Select(i => group.All.ShowAsync(i, s_filling).AsTask()).ToList();
        Assert.False(pushes[^1].IsCompleted);

        group.Remove(leaving.Connection);
        Assert.False(pushes[^1].IsCompleted);
        closing.Connection.Abort();
        await Task.WhenAll(pushes).WaitAsync(World.Patience);

        await Eventually.TrueAsync(() => group.Count == 1 && group.Waiting == 0);
        Assert.Equal(0, group.Backlog);
        Assert.InRange(group.Dropped, 2, 2 * Pushes);
    }

    [Fact]
    public async Task Disconnect_ends_the_slow_alone_with_a_reason()
    {
        await using var world = (await Screen.StartAsync(_stalls)).Expect("ResourceExhausted");
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Disconnect, MaxQueuedBytes = 16 * 1024 });
        var (reading, slow) = await JoinAsync(world, group);
        slow.Stall.OutputGate.Close();

        for (var i = 0; i < Pushes; i++)
        {
            group.All.Show(i, s_filling);
            Assert.Equal(i, await reading.NextAsync());
        }

        Assert.Equal((1, 1), (group.Disconnected, group.Count));
        Assert.Equal(1, group.Dropped);

        // It reads again before it is cut: it is told why, after what was pushed before.
        slow.Stall.OutputGate.Open();
        var closed = await slow.Client.Connection.Closed.WaitAsync(World.Patience);
        Assert.Equal((RpcCloseReason.ResourceExhausted, true), (closed.Reason, closed.ByPeer));
        Assert.Contains("did not keep up", closed.Message, StringComparison.Ordinal);
        Assert.True(slow.Seen.Reader.TryRead(out var first));
        Assert.Equal(0, first);
    }

    [Fact]
    public async Task Each_method_has_its_policy_and_the_order_of_all_is_kept()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions().For(nameof(IScreen.Moved), RpcSlowMember.Latest));
        var (_, slow) = await JoinAsync(world, group);
        slow.Stall.OutputGate.Close();

        // The moves fill the queue to where they wait; what is shown goes behind them, and is not lost.
        var some = group.Only(slow.Connection);
        for (var i = 0; i < Pushes; i++)
        {
            some.Moved(i, s_filling);
        }

        some.Show(1000, []);
        some.Moved(2000, []);
        var awaited = some.ShowAsync(1001, []).AsTask();
        Assert.False(awaited.IsCompleted);
        Assert.Equal(3, group.Backlog);
        slow.Stall.OutputGate.Open();
        await awaited.WaitAsync(World.Patience);

        Assert.Equal([2000, 1000, 1001], (await slow.UntilAsync(1001)).TakeLast(3));
        Assert.Equal(0, group.Dropped);
    }

    [Fact]
    public async Task A_member_that_has_caught_up_is_pushed_to_as_before()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.Latest });
        var (reading, slow) = await JoinAsync(world, group);

        for (var round = 1; round <= 3; round++)
        {
            slow.Stall.OutputGate.Close();
            for (var i = 0; i < Pushes; i++)
            {
                group.Only(slow.Connection).Show(i, s_filling);
            }

            Assert.Equal(1, group.Backlog);
            var flushed = group.FlushAsync().AsTask();
            Assert.False(flushed.IsCompleted);
            slow.Stall.OutputGate.Open();
            await flushed.WaitAsync(World.Patience);
            Assert.Equal(0, group.Backlog);
            group.All.Show(1000 * round, []);
            Assert.Equal([Pushes - 1, 1000 * round], (await slow.UntilAsync(1000 * round)).TakeLast(2));
            await reading.UntilAsync(1000 * round);
        }
    }

    [Fact]
    public async Task What_waits_for_a_member_that_leaves_is_dropped_and_not_sent_when_it_comes_again()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.DropOldest });
        var (_, slow) = await JoinAsync(world, group);
        Fill(group, slow);
        group.All.Show(100, []);
        var waiting = group.Backlog;

        Assert.True(group.Remove(slow.Connection));
        Assert.Equal((0, waiting), (group.Backlog, group.Dropped));
        Assert.True(group.Add(slow.Connection));
        group.All.Show(101, []);
        slow.Stall.OutputGate.Open();

        Assert.DoesNotContain(100, await slow.UntilAsync(101));
    }

    [Fact]
    public async Task Options_of_the_call_wait_with_the_push()
    {
        await using var world = await Screen.StartAsync(_stalls);
        var group = new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = RpcSlowMember.DropOldest });
        var (_, slow) = await JoinAsync(world, group);
        Fill(group, slow);

        group.All.With(new RpcCallOptions { Metadata = new RpcMetadata { { "from", "kim" } } }).Show(100, s_filling);
        group.All.Show(101, new byte[200_000]);
        slow.Stall.OutputGate.Open();

        Assert.Equal([100, 101], (await slow.UntilAsync(101)).TakeLast(2));
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcGroup<IScreen>(new RpcGroupOptions { MaxQueuedBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcGroup<IScreen>(new RpcGroupOptions { MaxBacklogBytes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcGroup<IScreen>(new RpcGroupOptions { MaxBacklogMessages = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcGroup<IScreen>(new RpcGroupOptions { SlowMember = (RpcSlowMember)9 }));
        Assert.Contains("Moved", Assert.Throws<ArgumentException>(
            () => new RpcGroup<IScreen>(new RpcGroupOptions().For("Move", RpcSlowMember.Latest))).Message, StringComparison.Ordinal);
        Assert.Contains("not one-way", Assert.Throws<ArgumentException>(
            () => new RpcGroup<IScreen>(new RpcGroupOptions().For(nameof(IScreen.AskAsync), RpcSlowMember.Latest))).Message, StringComparison.Ordinal);
    }

    private async Task<(Screen Reading, Screen Slow)> JoinAsync(World world, RpcGroup<IScreen> group) =>
        (await Screen.JoinAsync(world, group, _stalls), await Screen.JoinAsync(world, group, _stalls));

    /// <summary>Pushes to both while one does not read; what that one saw when it read again, up to a last push.</summary>
    private static async Task<List<int>> PushAsync(RpcGroup<IScreen> group, Screen reading, Screen slow, Action? stalled = null)
    {
        slow.Stall.OutputGate.Close();
        for (var i = 0; i < Pushes; i++)
        {
            group.All.Show(i, s_filling);
            Assert.Equal(i, await reading.NextAsync());
        }

        stalled?.Invoke();
        var flushed = group.FlushAsync().AsTask();
        slow.Stall.OutputGate.Open();
        await flushed.WaitAsync(World.Patience);
        group.All.Show(Pushes, []);
        return await slow.UntilAsync(Pushes);
    }

    /// <summary>Fills the queue of a member that does not read, until one push waits.</summary>
    private static void Fill(RpcGroup<IScreen> group, Screen slow)
    {
        slow.Stall.OutputGate.Close();
        while (group.Backlog == 0)
        {
            _ = group.Only(slow.Connection).ShowAsync(0, s_filling).AsTask();
        }
    }
}
