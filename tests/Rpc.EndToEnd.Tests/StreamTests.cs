using System.Runtime.CompilerServices;

namespace Rpc.EndToEnd.Tests;

public sealed class StreamTests
{
    [Fact]
    public async Task A_server_stream_brings_every_item_in_order()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        Assert.Equal(Enumerable.Range(0, 100_000), await ToListAsync(world.Proxy.CountAsync(100_000)));
    }

    [Fact]
    public async Task A_stream_may_be_enumerated_again()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var stream = world.Proxy.CountAsync(10);
        Assert.Equal(await ToListAsync(stream), await ToListAsync(stream));
    }

    [Fact]
    public async Task A_stream_that_nobody_enumerates_is_not_called()
    {
        var called = false;
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnCount = (count, token) =>
            {
                called = true;
                return TestService.Count(count, token);
            },
        });
        _ = world.Proxy.CountAsync(10);
        await world.Proxy.AddAsync(1, 2).AsTask().WaitAsync(World.Patience);
        Assert.False(called);
    }

    [Fact]
    public async Task A_client_stream_is_read_to_its_end()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        Assert.Equal(4_999_950_000, await world.Proxy.SumAsync(TestService.Count(100_000, default)).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task A_duplex_stream_answers_line_by_line()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var lines = System.Threading.Channels.Channel.CreateUnbounded<string>();
        await using var answers = world.Proxy.TalkAsync(lines.Reader.ReadAllAsync()).GetAsyncEnumerator();
        foreach (var line in (string[])["one", "two", "three"])
        {
            lines.Writer.TryWrite(line);
            Assert.True(await answers.MoveNextAsync().AsTask().WaitAsync(World.Patience));
            Assert.Equal(line.ToUpperInvariant(), answers.Current);
        }

        lines.Writer.Complete();
        Assert.False(await answers.MoveNextAsync().AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Progress_is_reported_in_order_and_the_newest_arrives()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        var reports = new List<int>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = await world.Proxy.WorkAsync(100, new Reporter(value =>
        {
            reports.Add(value);
            if (value == 100)
            {
                all.TrySetResult();
            }
        })).AsTask().WaitAsync(World.Patience);
        Assert.Equal(100, result);
        await all.Task.WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(1, 100), reports);
        Assert.Equal(5, await world.Proxy.WorkAsync(5, null).AsTask().WaitAsync(World.Patience));
    }

    [Fact]
    public async Task Leaving_a_stream_early_cancels_its_handler()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService { OnCount = (_, token) => Endless(ended, token) });
        await foreach (var item in world.Proxy.CountAsync(0))
        {
            if (item == 1000)
            {
                break;
            }
        }

        await ended.Task.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_slow_reader_holds_the_sender_back_and_nothing_else()
    {
        var sent = 0;
        await using var world = await World.StartAsync(
            _ => new TestService { OnCount = (_, token) => Counted(() => Interlocked.Increment(ref sent), token) },
            client: options => options.Limits.StreamWindow = 4096);
        await using var reader = world.Proxy.CountAsync(0).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(World.Patience));

        // Calls go on meanwhile; the stream's source stands still within its window and a frame or two.
        for (var i = 0; i < 200; i++)
        {
            await world.Proxy.AddAsync(i, i).AsTask().WaitAsync(World.Patience);
        }

        Assert.InRange(Volatile.Read(ref sent), 1, 50_000);
        for (var i = 1; i < 100_000; i++)
        {
            Assert.True(await reader.MoveNextAsync().AsTask().WaitAsync(World.Patience));
            Assert.Equal(i, reader.Current);
        }
    }

    [Fact]
    public async Task An_error_in_the_middle_of_a_stream_comes_after_its_items()
    {
        await using var world = await World.StartAsync(_ => new TestService { OnCount = static (_, _) => Failing() });
        var items = new List<int>();
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var item in world.Proxy.CountAsync(0))
            {
                items.Add(item);
            }
        }).WaitAsync(World.Patience);
        Assert.Equal([1, 2], items);
        Assert.Equal(RpcStatusCode.OutOfRange, exception.StatusCode);
    }

    [Fact]
    public async Task A_handler_that_stops_reading_stops_the_callers_stream()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService
        {
            OnSum = async static (items, _) =>
            {
                await foreach (var item in items)
                {
                    return item;
                }

                return -1;
            },
        });
        Assert.Equal(0, await world.Proxy.SumAsync(Endless(stopped, default)).AsTask().WaitAsync(World.Patience));
        await stopped.Task.WaitAsync(World.Patience);
    }

    [Fact]
    public async Task A_callers_stream_that_fails_fails_the_call_with_its_own_exception()
    {
        await using var world = await World.StartAsync(_ => new TestService());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => world.Proxy.SumAsync(Broken()).AsTask()).WaitAsync(World.Patience);
    }

    [Fact]
    public async Task Losing_the_connection_ends_streams_on_both_sides()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var world = await World.StartAsync(_ => new TestService { OnCount = (_, token) => Endless(ended, token) });
        await using var reader = world.Proxy.CountAsync(0).GetAsyncEnumerator();
        await reader.MoveNextAsync().AsTask().WaitAsync(World.Patience);
        world.Client.Connection.Abort();
        await ended.Task.WaitAsync(World.Patience);
        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await reader.MoveNextAsync().AsTask().WaitAsync(World.Patience))
            {
            }
        });
        Assert.Equal(RpcStatusCode.Unavailable, exception.StatusCode);
    }

    private static async Task<List<int>> ToListAsync(IAsyncEnumerable<int> items)
    {
        var list = new List<int>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private static async IAsyncEnumerable<int> Endless(TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                if (i % 100 == 0)
                {
                    await Task.Yield();
                }

                cancellationToken.ThrowIfCancellationRequested();
                yield return i;
            }
        }
        finally
        {
            ended.TrySetResult();
        }
    }

    private static async IAsyncEnumerable<int> Counted(Action count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            await Task.CompletedTask;
            cancellationToken.ThrowIfCancellationRequested();
            count();
            yield return i;
        }
    }

    private static async IAsyncEnumerable<int> Failing()
    {
        yield return 1;
        await Task.Yield();
        yield return 2;
        throw new RpcException(RpcStatusCode.OutOfRange, "no more");
    }

    private static async IAsyncEnumerable<int> Broken()
    {
        yield return 1;
        await Task.Yield();
        throw new InvalidTimeZoneException();
    }

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
