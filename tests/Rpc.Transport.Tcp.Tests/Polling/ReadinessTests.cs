using Rpc.Transport.Tcp.Polling;
using Xunit;

#pragma warning disable CA2012, xUnit1031 // These tests look at an operation before they await it, once.

namespace Rpc.Transport.Tcp.Tests.Polling;

public sealed class ReadinessTests
{
    [Fact]
    public void The_first_try_is_due_as_asked()
    {
        Assert.True(new Readiness(isReady: true).TryTake());
        Assert.False(new Readiness(isReady: false).TryTake());
    }

    [Fact]
    public void A_report_makes_one_try_due()
    {
        var readiness = new Readiness(isReady: false);

        Assert.False(readiness.Set());
        Assert.False(readiness.Set());

        Assert.True(readiness.TryTake());
        Assert.False(readiness.TryTake());
    }

    [Fact]
    public void A_try_that_did_not_take_all_is_due_again()
    {
        var readiness = new Readiness(isReady: true);

        Assert.True(readiness.TryTake());
        readiness.PutBack();

        Assert.True(readiness.TryTake());
    }

    [Fact]
    public void Nobody_waits_for_what_was_reported_before()
    {
        var readiness = new Readiness(isReady: false);
        readiness.Set();

        Assert.True(readiness.WaitAsync().IsCompletedSuccessfully);
        Assert.True(readiness.TryTake());
    }

    [Fact]
    public void Whoever_waits_runs_on_the_thread_that_reports()
    {
        var readiness = new Readiness(isReady: false);
        for (var round = 0; round < 3; round++)
        {
            Thread? ranOn = null;
            var wait = readiness.WaitAsync().ConfigureAwait(false).GetAwaiter();
            wait.UnsafeOnCompleted(() => ranOn = Thread.CurrentThread);

            Assert.True(readiness.Set());
            Assert.False(readiness.Set());
            Assert.Null(ranOn);
            readiness.Run(onPool: false);

            Assert.Equal(Thread.CurrentThread, ranOn);
            wait.GetResult();
            Assert.True(readiness.TryTake());
        }
    }

    [Fact]
    public async Task Whoever_waits_runs_on_the_pool_on_demand()
    {
        var readiness = new Readiness(isReady: false);
        var ran = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        readiness.WaitAsync().ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread));

        Assert.True(readiness.Set());
        readiness.Run(onPool: true);

        Assert.True(await ran.Task);
    }

    [Fact]
    public async Task Closing_ends_a_wait_and_makes_every_try_due()
    {
        var readiness = new Readiness(isReady: false);
        var wait = readiness.WaitAsync();

        readiness.Close();

        await wait;
        Assert.True(readiness.TryTake());
        Assert.True(readiness.TryTake());
        Assert.True(readiness.WaitAsync().IsCompletedSuccessfully);
        Assert.False(readiness.Set());
    }
}
