namespace Rpc.EndToEnd.Tests;

public sealed class DispatchTests
{
    [Fact]
    public async Task Calls_start_in_order_of_arrival_and_run_concurrently()
    {
        var started = new List<string>();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var service = new TestService
        {
            OnRun = async (what, _) =>
            {
                lock (started)
                {
                    started.Add(what);
                }

                await release.Task;
                return what;
            },
        };
        await using var world = await World.StartAsync(_ => service);
        var calls = Enumerable.Range(0, 50).Select(i => world.Proxy.RunAsync(i.ToString("00")).AsTask()).ToArray();
        await world.Proxy.AddAsync(1, 1).AsTask().WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(0, 50).Select(static i => i.ToString("00")), started);
        release.SetResult();
        await Task.WhenAll(calls).WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_sequential_service_runs_one_call_at_a_time_in_order()
    {
        int running = 0, most = 0;
        var order = new List<string>();
        var service = new TestService
        {
            OnRun = async (what, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                order.Add(what);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                return what;
            },
        };
        await using var world = await World.StartAsync(_ => service, serviceOptions: static options => options.Sequential = true);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => world.Proxy.RunAsync(i.ToString("000")).AsTask())).WaitAsync(World.Patience);
        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => i.ToString("000")), order);
    }

    [Fact]
    public async Task A_blocked_handler_delays_no_other_call_and_no_cancellation()
    {
        using var blocked = new ManualResetEventSlim();
        var service = new TestService
        {
            OnRun = (what, token) =>
            {
                if (what == "block")
                {
                    blocked.Wait(World.Patience, CancellationToken.None);
                }

                return what == "wait" ? new ValueTask<string>(new TaskCompletionSource<string>().Task.WaitAsync(token)) : new(what);
            },
        };
        await using var world = await World.StartAsync(_ => service);
        using var source = new CancellationTokenSource();
        var waiting = world.Proxy.RunAsync("wait", source.Token).AsTask();
        var blocking = Enumerable.Range(0, 8).Select(_ => world.Proxy.RunAsync("block").AsTask()).ToArray();
        Assert.Equal("free", await world.Proxy.RunAsync("free").AsTask().WaitAsync(World.Patience));
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).WaitAsync(World.Patience);
        await world.Client.Connection.PingAsync().AsTask().WaitAsync(World.Patience);
        Assert.All(blocking, static call => Assert.False(call.IsCompleted));
        blocked.Set();
        await Task.WhenAll(blocking).WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_continuation_that_blocks_on_another_call_does_not_deadlock()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var proxy = world.Proxy;
        await proxy.AddAsync(1, 2);

        // Here the thread is the connection's own: blocking on it must not stop the answer.
        for (var i = 0; i < 5; i++)
        {
            await proxy.AddAsync(i, 2).ConfigureAwait(false);
#pragma warning disable xUnit1031 // Blocking is what is tested.
            Assert.Equal(i + 7, proxy.AddAsync(i, 7).AsTask().GetAwaiter().GetResult());
#pragma warning restore xUnit1031
        }
    }

    [Fact]
    public async Task A_small_call_overtakes_a_large_one()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var proxy = world.Proxy;
        var large = Enumerable.Range(0, 4).Select(_ => proxy.EchoAsync(new byte[16 * 1024 * 1024]).AsTask()).ToArray();
        Assert.Equal(3, await proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
        Assert.Contains(large, static call => !call.IsCompleted);
        await Task.WhenAll(large).WaitAsync(World.Patience);
    }
}
