using Rpc.Transport.Conformance.Faults;

namespace Rpc.EndToEnd.Tests;

/// <summary>Calls whose handlers do not look at their token still end, and give their place back.</summary>
public sealed class CancellationTests
{
    [Fact]
    public async Task A_stream_that_is_cancelled_with_its_request_ends_at_a_handler_that_ignores_its_token()
    {
        CoalesceConnection? coalesce = null;
        await using var world = await World.StartAsync(
            _ => new TestService { OnCount = static (_, _) => Endless() },
            server: static rpc => rpc.Options.Limits.MaxConcurrentCalls = 1,
            transport: new PairTransport(client => coalesce = new CoalesceConnection(client)));
        using var source = new CancellationTokenSource();
        coalesce!.Gather();
        var stream = world.Proxy.CountAsync(1, source.Token).GetAsyncEnumerator();
        var next = stream.MoveNextAsync().AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next).WaitAsync(World.Patience);
        await stream.DisposeAsync();
        await coalesce.ReleaseAsync();
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_handler_that_reads_a_parameter_without_its_token_ends_when_its_call_is_cancelled()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(
            _ => new TestService
            {
                OnSum = async (items, _) =>
                {
                    try
                    {
                        await foreach (var item in items)
                        {
                            started.TrySetResult();
                        }

                        ended.SetResult(null);
                    }
                    catch (Exception e)
                    {
                        ended.SetResult(e);
                        throw;
                    }

                    return 1;
                },
            },
            server: static rpc => rpc.Options.Limits.MaxConcurrentCalls = 1);
        using var source = new CancellationTokenSource();
        var call = world.Proxy.SumAsync(OneThenNothing(), source.Token).AsTask();
        await started.Task.WaitAsync(World.Patience);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        Assert.IsAssignableFrom<OperationCanceledException>(await ended.Task.WaitAsync(World.Patience));
        Assert.Equal(3, await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_source_of_the_caller_that_waits_is_cancelled_when_its_call_ends()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnSum = static async (items, _) =>
            {
                await using var reader = items.GetAsyncEnumerator(CancellationToken.None);
                await reader.MoveNextAsync();
                return 7;
            },
        });
        Assert.Equal(7, await world.Proxy.SumAsync(Waiting(cancelled)).AsTask().WaitAsync(World.Patience));
        await cancelled.Task.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_call_whose_token_is_cancelled_before_sends_nothing()
    {
        var ran = false;
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnRun = (what, _) =>
            {
                ran = true;
                return new(what);
            },
        });
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Proxy.RunAsync("x", cancelled).AsTask()).WaitAsync(World.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Proxy.SumAsync(OneThenNothing(), cancelled).AsTask()).WaitAsync(World.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Proxy.CountAsync(1, cancelled).GetAsyncEnumerator().MoveNextAsync().AsTask())
            .WaitAsync(World.Patience);
        await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience);
        Assert.False(ran);
    }

    [Fact]
    public async Task Cancelling_a_call_that_waits_for_its_turn_lets_the_next_one_have_it()
    {
        var (release, started) = (new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var world = await World.StartAsync(
            _ => new TestService
            {
                OnRun = (_, _) =>
                {
                    started.TrySetResult();
                    return new(release.Task);
                },
            },
            server: static rpc => rpc.Options.Limits.MaxConcurrentCalls = 1);
        var first = world.Proxy.RunAsync("first").AsTask();
        await started.Task.WaitAsync(World.Patience);
        using var source = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 10).Select(i => world.Proxy.AddAsync(i, 0, source.Token).AsTask()).ToArray();
        var last = world.Proxy.AddAsync(40, 2).AsTask();
        await source.CancelAsync();
        foreach (var call in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        }

        release.SetResult("done");
        Assert.Equal("done", await first.WaitAsync(World.Patience));
        Assert.Equal(42, await last.WaitAsync(World.Patience));
    }

    private static async IAsyncEnumerable<int> Endless()
    {
        for (var i = 0; ; i++)
        {
            if (i % 1000 == 0)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    private static async IAsyncEnumerable<int> OneThenNothing([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
    {
        yield return 1;
        await new TaskCompletionSource().Task.WaitAsync(token);
    }

    private static async IAsyncEnumerable<int> Waiting(TaskCompletionSource cancelled, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
    {
        try
        {
            yield return 1;
            await new TaskCompletionSource().Task.WaitAsync(token);
        }
        finally
        {
            cancelled.SetResult();
        }
    }
}
