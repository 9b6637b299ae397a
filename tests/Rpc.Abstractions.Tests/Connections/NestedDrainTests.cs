using System.Runtime.CompilerServices;
using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>An item may run a batch of another drain on its thread: a write to a connection in the same process can run its reader.</summary>
public sealed class NestedDrainTests : IDisposable
{
    private const int LooksAtComputing = 21;

    private readonly ManualStallPool _pool = new();
    private readonly StallMonitor _monitor;
    private readonly WatchedThread _first;
    private readonly WatchedThread _second;
    private readonly Hold _hold = new();
    private readonly Drain _outer = new();
    private readonly Drain _inner = new();
    private readonly List<string> _ran = [];

    public NestedDrainTests()
    {
        _monitor = new StallMonitor(new ScriptedStallClock(), _pool);
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
    public async Task An_item_that_blocks_holds_up_neither_its_own_drain_nor_the_one_around_it()
    {
        Add(_outer, "outer 0", _inner.Run);
        Add(_outer, "outer 1");
        Add(_inner, "inner 0", _hold.Block);
        Add(_inner, "inner 1");
        var blocked = _first.Run(_outer);
        _hold.Entered(_first.Worker);

        Look(2);
        Assert.Equal((2, 2), (_pool.TakeOvers, _pool.Grown));
        await _second.Run(_pool.Next()).Patiently();
        await _second.Run(_pool.Next()).Patiently();

        Assert.Equal(["inner 0", "inner 1", "outer 0", "outer 1"], _ran.Order());
        Look(100);
        Assert.Equal(0, _pool.TakeOvers);
        _hold.Open();
        await blocked.Patiently();
        Assert.Equal(4, _ran.Count);
        Assert.Equal(0, _pool.Grown);
        Assert.False(_monitor.Look());
    }

    [Fact]
    public async Task An_item_that_blocks_holds_up_none_however_deep_it_is()
    {
        const int Depth = 20;
        var drains = Enumerable.Range(0, Depth).Select(static _ => new Drain()).ToArray();
        for (var i = 0; i < Depth; i++)
        {
            Add(drains[i], $"begins {i}", i < Depth - 1 ? drains[i + 1].Run : _hold.Block);
            Add(drains[i], $"goes on {i}");
        }

        var blocked = _first.Run(drains[0]);
        _hold.Entered(_first.Worker);
        Look(2);
        Assert.Equal(Depth, _pool.TakeOvers);
        for (var i = 0; i < Depth; i++)
        {
            await _second.Run(_pool.Next()).Patiently();
        }

        Assert.Equal(Depth, _ran.Count(static text => text.StartsWith("goes on", StringComparison.Ordinal)));
        _hold.Open();
        await blocked.Patiently();
        Assert.Equal(2 * Depth, _ran.Count);
        Assert.Equal(0, _pool.Grown);
    }

    [Fact]
    public async Task The_drain_around_is_watched_again_when_the_inner_batch_has_ended()
    {
        Add(_outer, "outer 0", () =>
        {
            _inner.Run();
            _hold.Block();
        });
        Add(_outer, "outer 1");
        Add(_inner, "inner 0");
        var blocked = _first.Run(_outer);
        _hold.Entered(_first.Worker);
        Assert.Same(_outer, _first.Worker.Drain);

        Look(2);
        Assert.Equal(1, _pool.TakeOvers);
        await _second.Run(_pool.Next()).Patiently();

        Assert.Equal(["outer 0", "inner 0", "outer 1"], _ran);
        _hold.Open();
        await blocked.Patiently();
        Assert.Equal(3, _ran.Count);
        Assert.Null(_first.Worker.Drain);
    }

    [Fact]
    public async Task An_inner_batch_that_is_long_counts_as_an_item_that_computes()
    {
        var holds = Enumerable.Range(0, LooksAtComputing).Select(static _ => new Hold()).ToArray();
        Add(_outer, "outer 0", _inner.Run);
        Add(_outer, "outer 1");
        foreach (var hold in holds)
        {
            Add(_inner, "inner", hold.Spin);
        }

        // Each look finds the inner drain one item further, and the outer where it was.
        var running = _first.Run(_outer);
        foreach (var hold in holds)
        {
            Assert.Equal(0, _pool.TakeOvers);
            hold.Entered();
            Look(1);
            hold.Open();
        }

        await running.Patiently();
        Assert.Equal(1, _pool.TakeOvers);
        Assert.Same(_outer, _pool.Next());
        await _second.Run(_outer).Patiently();
        Assert.Equal("outer 1", _ran[^1]);
        Assert.Equal(holds.Length + 2, _ran.Count);
        Array.ForEach(holds, static hold => hold.Dispose());
    }

    [Fact]
    public async Task A_drain_that_comes_twice_on_one_thread_is_looked_at_once()
    {
        // The outer drain is taken away from its worker, which comes back to it through the inner one.
        using var first = new Hold();
        Add(_outer, "outer 0", () =>
        {
            first.Block();
            _inner.Run();
        });
        Add(_outer, "outer 1");
        Add(_inner, "inner 0", _outer.Run);
        var running = _first.Run(_outer);
        first.Entered(_first.Worker);
        Look(2);
        await _second.Run(_pool.Next()).Patiently();
        Add(_outer, "outer 2", _hold.Block);
        Add(_outer, "outer 3");
        first.Open();
        _hold.Entered(_first.Worker);

        Look(1);
        Assert.Equal(0, _pool.TakeOvers);
        Look(1);
        Assert.Equal(1, _pool.TakeOvers);

        await _second.Run(_pool.Next()).Patiently();
        _hold.Open();
        await running.Patiently();
        Assert.Equal(["outer 0", "outer 1", "inner 0", "outer 2", "outer 3"], _ran);
        Assert.Equal(0, _pool.Grown);
    }

    [Fact]
    public void A_thread_keeps_nothing_of_the_batches_it_has_run()
    {
        var drains = RunAndForget();
        GC.Collect();
        Assert.All(drains, static drain => Assert.False(drain.TryGetTarget(out _)));
        Assert.True(_first.Worker.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<Drain>[] RunAndForget()
    {
        Drain outer = new(), inner = new();
        Add(outer, "outer", inner.Run);
        Add(inner, "inner");
        _first.Run(outer).Patiently().GetAwaiter().GetResult();

        // The thread's own variables are those of this.
        _first.Run(static () => { }).Patiently().GetAwaiter().GetResult();
        return [new(outer), new(inner)];
    }

    private void Add(Drain drain, string name, Action? then = null) => drain.Enqueue(
        new TestWork(_ =>
        {
            _ran.Add(name);
            then?.Invoke();
        }),
        0,
        0,
        default);

    private void Look(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _monitor.Look();
        }
    }
}
