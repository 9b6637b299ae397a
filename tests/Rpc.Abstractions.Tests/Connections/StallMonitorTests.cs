using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class StallMonitorTests : IDisposable
{
    /// <summary>Looks at a worker that computes before it loses its batch: one that notes where it is, and twenty.</summary>
    private const int LooksAtComputing = 21;

    private readonly ScriptedStallClock _clock = new();
    private readonly ManualStallPool _pool = new();
    private readonly StallMonitor _monitor;
    private readonly WatchedThread _first;
    private readonly WatchedThread _second;
    private readonly Hold _hold = new();
    private readonly Drain _drain = new();
    private readonly List<int> _ran = [];

    public StallMonitorTests()
    {
        _monitor = new StallMonitor(_clock, _pool);
        _first = new WatchedThread(_monitor);
        _second = new WatchedThread(_monitor);
    }

    public void Dispose()
    {
        _hold.Open();
        _first.Dispose();
        _second.Dispose();
        _hold.Dispose();
    }

    [Fact]
    public async Task A_blocked_worker_loses_what_is_left_of_its_batch_at_the_second_look()
    {
        Enqueue(_drain, 4, blocks: 0);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);

        Assert.True(_monitor.Look());
        Assert.Equal(0, _pool.TakeOvers);
        Assert.True(_monitor.Look());
        Assert.Equal((1, 1), (_pool.TakeOvers, _pool.Grown));
        Assert.Same(_drain, _pool.Next());
        await _second.Run(_drain).Patiently();

        Assert.Equal([0, 1, 2, 3], _ran);
        Assert.False(blocked.IsCompleted);
        _hold.Open();
        await blocked.Patiently();
        Assert.Equal([0, 1, 2, 3], _ran);
        Assert.Equal(0, _pool.Grown);
        Assert.False(_monitor.Look());
    }

    [Fact]
    public async Task What_arrives_while_the_old_worker_is_blocked_is_run_by_the_new_one()
    {
        Enqueue(_drain, 2, blocks: 0);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);
        Look(2);
        await _second.Run(_pool.Next()).Patiently();

        Enqueue(_drain, 2, from: 2);
        Assert.True(_drain.NeedsWorker);
        await _second.Run(_drain).Patiently();

        Assert.Equal([0, 1, 2, 3], _ran);
        Look(100);
        Assert.Equal(0, _pool.TakeOvers);
        _hold.Open();
        await blocked.Patiently();
        Assert.Equal([0, 1, 2, 3], _ran);
    }

    [Fact]
    public async Task A_worker_that_computes_keeps_its_batch_for_twenty_looks()
    {
        Enqueue(_drain, 3, spins: 0);
        var computing = _first.Run(_drain);
        _hold.Entered();

        Look(LooksAtComputing - 1);
        Assert.Equal(0, _pool.TakeOvers);
        Look(1);
        await _second.Run(_pool.Next()).Patiently();

        Assert.Equal([0, 1, 2], _ran);
        _hold.Open();
        await computing.Patiently();
        Assert.Equal([0, 1, 2], _ran);
    }

    [Fact]
    public async Task A_worker_that_goes_on_between_looks_keeps_its_batch()
    {
        // Each item waits for the test's leave, so that each look finds the worker blocked, and one item further.
        var holds = Enumerable.Range(0, 50).Select(static _ => new Hold()).ToArray();
        var work = new TestWork(op => holds[op].Block());
        for (var i = 0; i < holds.Length; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        var running = _first.Run(_drain);
        foreach (var hold in holds)
        {
            hold.Entered(_first.Worker);
            Look(1);
            hold.Open();
        }

        await running.Patiently();
        Assert.Equal(0, _pool.TakeOvers);
        Array.ForEach(holds, static hold => hold.Dispose());
    }

    [Fact]
    public async Task A_blocked_worker_with_nothing_behind_it_keeps_its_batch_until_something_arrives()
    {
        Enqueue(_drain, 1, blocks: 0);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);
        Look(100);
        Assert.Equal(0, _pool.TakeOvers);

        Enqueue(_drain, 1, from: 1);
        Look(1);
        await _second.Run(_pool.Next()).Patiently();

        Assert.Equal([0, 1], _ran);
        _hold.Open();
        await blocked.Patiently();
    }

    [Fact]
    public async Task Output_that_waits_for_the_end_of_a_blocked_batch_is_flushed_by_another()
    {
        var output = new Output();
        _drain.Attach(output);
        Enqueue(_drain, 1, blocks: 0);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);
        output.HasDeferred = true;

        Look(2);
        await _second.Run(_pool.Next()).Patiently();

        Assert.False(output.HasDeferred);
        Assert.False(blocked.IsCompleted);
        _hold.Open();
        await blocked.Patiently();
    }

    [Fact]
    public async Task A_batch_is_taken_away_once_however_late_the_new_worker_comes()
    {
        Enqueue(_drain, 3, blocks: 0);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);

        Look(100);

        Assert.Equal((1, 1), (_pool.TakeOvers, _pool.Grown));
        _hold.Open();
        await blocked.Patiently();

        // The old one is back before the new one comes, and leaves the rest to it.
        Assert.Equal([0], _ran);
        Assert.Equal(0, _pool.Grown);
        await _second.Run(_pool.Next()).Patiently();
        Assert.Equal([0, 1, 2], _ran);
    }

    [Fact]
    public async Task Of_many_items_that_block_each_is_run_once_and_in_order()
    {
        const int Count = 12;
        var threads = Enumerable.Range(0, Count).Select(_ => new WatchedThread(_monitor)).ToArray();
        var holds = threads.Select(static _ => new Hold()).ToArray();
        var work = new TestWork(op =>
        {
            _ran.Add(op);
            holds[op].Block();
        });
        for (var i = 0; i < Count; i++)
        {
            _drain.Enqueue(work, i, 0, default);
        }

        var running = new List<Task>();
        for (var i = 0; i < Count; i++)
        {
            running.Add(threads[i].Run(_drain));
            holds[i].Entered(threads[i].Worker);
            Look(2);
            Assert.Equal(i < Count - 1 ? 1 : 0, _pool.TakeOvers);
            if (i < Count - 1)
            {
                Assert.Same(_drain, _pool.Next());
            }
        }

        Assert.Equal(Enumerable.Range(0, Count), _ran);
        Assert.Equal(Count - 1, _pool.Grown);

        // They come back in the worst order: the one whose batch it is first.
        for (var i = Count - 1; i >= 0; i--)
        {
            holds[i].Open();
            await running[i].Patiently();
        }

        Assert.Equal(Enumerable.Range(0, Count), _ran);
        Assert.Equal(0, _pool.Grown);
        Assert.False(_drain.NeedsWorker);
        Array.ForEach(threads, static thread => thread.Dispose());
        Array.ForEach(holds, static hold => hold.Dispose());
    }

    [Fact]
    public async Task What_a_worker_writes_after_it_lost_its_batch_is_not_left_for_a_flush()
    {
        bool before = false, after = true;
        _drain.Enqueue(
            new TestWork(_ =>
            {
                before = _drain.WillFlush;
                _hold.Block();
                after = _drain.WillFlush;
            }),
            0,
            0,
            default);
        Enqueue(_drain, 1, from: 1);
        var blocked = _first.Run(_drain);
        _hold.Entered(_first.Worker);
        Look(2);

        _hold.Open();
        await blocked.Patiently();

        Assert.Equal((true, false), (before, after));
        await _second.Run(_pool.Next()).Patiently();
        Assert.Equal([1], _ran);
    }

    [Fact]
    public void A_thread_that_has_ended_is_forgotten()
    {
        var thread = new WatchedThread(_monitor);
        Assert.False(_monitor.Look());
        Assert.True(_monitor.Contains(thread.Worker));
        thread.Dispose();
        Assert.False(_monitor.Look());
        Assert.False(_monitor.Contains(thread.Worker));
    }

    private void Look(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _monitor.Look();
        }
    }

    /// <summary>Adds items that note their number, and one that blocks or computes then.</summary>
    private void Enqueue(Drain drain, int count, int from = 0, int blocks = -1, int spins = -1)
    {
        var work = new TestWork(op =>
        {
            _ran.Add(op);
            if (op == blocks)
            {
                _hold.Block();
            }
            else if (op == spins)
            {
                _hold.Spin();
            }
        });
        for (var i = 0; i < count; i++)
        {
            drain.Enqueue(work, from + i, 0, default);
        }
    }

    private sealed class Output : IFlushable
    {
        public bool HasDeferred { get; set; }

        public void FlushDeferred() => HasDeferred = false;
    }
}
