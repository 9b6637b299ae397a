using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

/// <summary>When the monitor looks. It runs on the test's thread, which the clock lends it.</summary>
public sealed class StallMonitorSleepTests : IDisposable
{
    private readonly ScriptedStallClock _clock = new();
    private readonly StallMonitor _monitor;
    private readonly WatchedThread _thread;
    private readonly Drain _drain = new();

    public StallMonitorSleepTests()
    {
        _monitor = new StallMonitor(_clock, new ManualStallPool());
        _thread = new WatchedThread(_monitor);
    }

    public void Dispose() => _thread.Dispose();

    [Fact]
    public void It_sleeps_until_a_batch_begins_and_again_when_there_is_none_for_a_while()
    {
        _clock.Sleeps.Enqueue(_monitor.Watch);

        _monitor.Run();

        Assert.Equal([StallMonitor.SleepAfter, 0], _clock.Looks);
    }

    [Fact]
    public void It_is_woken_once_by_all_that_begin_while_it_looks()
    {
        _clock.Sleeps.Enqueue(_monitor.Watch);
        _clock.OnTick = _ => _monitor.Watch();

        _monitor.Run();

        Assert.Equal(1, _clock.Wakes);
    }

    [Fact]
    public void It_is_woken_again_after_each_sleep()
    {
        for (var i = 0; i < 3; i++)
        {
            _clock.Sleeps.Enqueue(RunBatch);
        }

        _monitor.Run();

        Assert.Equal(3, _clock.Wakes);
        Assert.Equal([StallMonitor.SleepAfter, StallMonitor.SleepAfter, StallMonitor.SleepAfter, 0], _clock.Looks);
    }

    [Fact]
    public async Task It_looks_for_as_long_as_a_batch_runs()
    {
        using var hold = new Hold();
        var running = Task.CompletedTask;
        _drain.Enqueue(new TestWork(_ => hold.Block()), 0, 0, default);
        _clock.Sleeps.Enqueue(() =>
        {
            running = _thread.Run(_drain);
            hold.Entered(_thread.Worker);
        });
        _clock.OnTick = look =>
        {
            if (look == 1000)
            {
                hold.Open();
                running.Patiently().GetAwaiter().GetResult();
            }
        };

        _monitor.Run();

        await running;
        Assert.Equal([1000 + StallMonitor.SleepAfter, 0], _clock.Looks);
    }

    private void RunBatch()
    {
        _drain.Enqueue(new TestWork(static _ => { }), 0, 0, default);
        _thread.Run(_drain).Patiently().GetAwaiter().GetResult();
    }
}
