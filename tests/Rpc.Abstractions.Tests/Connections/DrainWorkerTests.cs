using Rpc.Abstractions.Tests.Infrastructure;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Connections;

public sealed class DrainWorkerTests
{
    private readonly StallMonitor _monitor = new(new ScriptedStallClock(), new ManualStallPool());

    [Fact]
    public async Task A_thread_has_one_of_its_own()
    {
        using var first = new WatchedThread(_monitor);
        using var second = new WatchedThread(_monitor);
        DrainWorker? again = null;
        await first.Run(() => again = DrainWorker.Current).Patiently();
        Assert.Same(first.Worker, again);
        Assert.NotSame(first.Worker, second.Worker);
    }

    [Fact]
    public async Task A_thread_of_the_process_is_looked_after_by_the_monitor_of_the_process()
    {
        var worker = await Task.Run(static () => DrainWorker.Current).Patiently();
        Assert.True(StallMonitor.Shared.Contains(worker));
    }

    [Fact]
    public async Task It_is_at_work_while_a_batch_runs()
    {
        using var thread = new WatchedThread(_monitor);
        var drain = new Drain();
        Drain? during = null;
        drain.Enqueue(new TestWork(_ => during = DrainWorker.Current.Drain), 0, 0, default);
        await thread.Run(drain).Patiently();
        Assert.Same(drain, during);
        Assert.Null(thread.Worker.Drain);
    }

    [Fact]
    public async Task It_is_at_work_no_more_when_a_batch_ended_with_an_error_that_nobody_took()
    {
        using var thread = new WatchedThread(_monitor);
        var drain = new Drain();
        drain.Attach(new FailingOutput());
        drain.Enqueue(new TestWork(static _ => { }), 0, 0, default);
        await Assert.ThrowsAsync<InvalidOperationException>(() => thread.Run(drain).Patiently());
        Assert.Null(thread.Worker.Drain);
    }

    [Fact]
    public void It_is_blocked_while_its_thread_waits()
    {
        using var thread = new WatchedThread(_monitor);
        using var wait = new Hold();
        _ = thread.Run(wait.Block);
        wait.Entered(thread.Worker);
        Assert.True(thread.Worker.IsBlocked);
        wait.Open();
    }

    [Fact]
    public void It_is_not_blocked_while_its_thread_computes()
    {
        using var thread = new WatchedThread(_monitor);
        using var computing = new Hold();
        _ = thread.Run(computing.Spin);
        computing.Entered();
        Assert.False(thread.Worker.IsBlocked);
        computing.Open();
    }

    [Fact]
    public void It_ends_with_its_thread()
    {
        var thread = new WatchedThread(_monitor);
        Assert.True(thread.Worker.IsAlive);
        thread.Dispose();
        Assert.False(thread.Worker.IsAlive);
    }

    private sealed class FailingOutput : IFlushable
    {
        public bool HasDeferred => false;

        public void FlushDeferred() => throw new InvalidOperationException();
    }
}
