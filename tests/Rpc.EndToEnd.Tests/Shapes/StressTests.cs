using Xunit.Abstractions;

namespace Rpc.EndToEnd.Tests.Shapes;

/// <summary>Random calls of every shape from both sides, random cancellations, random ends. A model says what each may end with; afterwards every place for
/// a call is free again and no handler is left.</summary>
public sealed class StressTests(ITestOutputHelper output)
{
    private const int Places = 16;

    public static TheoryData<TransportKind, int> Runs()
    {
        var runs = new TheoryData<TransportKind, int>();
        foreach (var kind in (TransportKind[])[TransportKind.InProcess, TransportKind.Messages, TransportKind.ReorderedMessages])
        {
            runs.Add(kind, 1);
            runs.Add(kind, 2);
            runs.Add(kind, Random.Shared.Next());
        }

        return runs;
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Every_call_is_accounted_for_and_every_place_is_free_afterwards(TransportKind kind, int seed)
    {
        output.WriteLine($"{kind}, seed {seed}");
        await using var net = await StartAsync(kind, seed);
        var actors = Enumerable.Range(0, 12).Select(i => Task.Run(() => ActAsync(net, new Random(seed + i), 60, mayBeLost: false)));
        await Task.WhenAll(actors).WaitAsync(World.Patience);

        // A place that was not given back makes one of these wait for ever.
        for (var round = 0; round < 2; round++)
        {
            await FillAsync(net);
        }

        await Task.Run(async () =>
        {
            while (await net.Proxy.HeldAsync() != 0)
            {
            }
        }).WaitAsync(World.Patience);
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_connection_that_ends_in_the_middle_leaves_nothing_behind(TransportKind kind, int seed)
    {
        output.WriteLine($"{kind}, seed {seed}");
        for (var round = 0; round < 8; round++)
        {
            await using var net = await StartAsync(kind, seed + round);
            var random = new Random(seed + round);
            var actors = Enumerable.Range(0, 12).Select(i => Task.Run(() => ActAsync(net, new Random(seed + (round * 100) + i), 1_000_000, mayBeLost: true))).ToArray();
            for (var i = random.Next(200); i > 0; i--)
            {
                await Task.Yield();
            }

            var end = random.Next(4) switch
            {
                0 => Run(net.Client.Connection.Abort),
                1 => Run(net.ServerSide.Abort),
                2 => net.Client.DisposeAsync().AsTask(),
                _ => net.ServerSide.DisposeAsync().AsTask(),
            };
            await end.WaitAsync(World.Patience);
            await Task.WhenAll(actors).WaitAsync(World.Patience);
            await net.Client.Connection.Closed.WaitAsync(World.Patience);
            await net.ServerSide.Closed.WaitAsync(World.Patience);

            // Handlers end with their connection, if not at the very moment.
            await Task.Run(async () =>
            {
                while (await net.Service.HeldAsync() != 0)
                {
                    await Task.Yield();
                }
            }).WaitAsync(World.Patience);
        }
    }

    private static Task Run(Action<RpcCloseReason, string?> abort)
    {
        abort(RpcCloseReason.Aborted, null);
        return Task.CompletedTask;
    }

    private static Task<Net> StartAsync(TransportKind kind, int seed) => Net.StartAsync(
        kind,
        server: static rpc =>
        {
            rpc.Options.Limits.MaxConcurrentCalls = Places;
            rpc.Options.Limits.StreamWindow = 2000;
            rpc.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        },
        client: static options =>
        {
            options.Limits.MaxConcurrentCalls = Places;
            options.Limits.StreamWindow = 2000;
            options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        },
        seed: seed);

    /// <summary>As many calls at once as there are places, in each direction, none of which ends before all have begun.</summary>
    private static async Task FillAsync(Net net)
    {
        using var source = new CancellationTokenSource();
        var calls = Enumerable.Range(0, Places - 1).Select(_ => net.Proxy.HoldAsync([], source.Token).AsTask()).ToArray();
        while (await net.Proxy.HeldAsync().AsTask().WaitAsync(World.Patience) < Places - 1)
        {
        }

        await source.CancelAsync();
        foreach (var call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        }

        var proxy = net.ServerSide.GetProxy<IShapesClient>();
        await Task.WhenAll(Enumerable.Range(0, Places * 3).Select(i => proxy.AskAsync([(byte)i]).AsTask())).WaitAsync(World.Patience);
    }

    private static async Task ActAsync(Net net, Random random, int count, bool mayBeLost)
    {
        try
        {
            for (var i = 0; i < count; i++)
            {
                await OneAsync(net, random);
            }
        }
        catch (RpcException e) when (mayBeLost && e.StatusCode == RpcStatusCode.Unavailable)
        {
            // The connection has ended.
        }
    }

    /// <summary>One random call: it gives exactly what it has to, or ends with the cancellation that it was given.</summary>
    private static async Task OneAsync(Net net, Random random)
    {
        var proxy = net.Proxy;
        var size = random.Next(10) switch { 0 => random.Next(300_000), < 4 => random.Next(5000), _ => random.Next(40) };
        using var source = new CancellationTokenSource();
        switch (random.Next(9))
        {
            case 0:
                var blob = Blob.Of(size, size);
                Assert.Equal(blob, await proxy.EchoAsync(blob));
                break;
            case 1:
                var held = proxy.HoldAsync(new byte[size], source.Token).AsTask();
                if (random.Next(2) == 0)
                {
                    await proxy.EchoAsync([], CancellationToken.None);
                }

                await source.CancelAsync();
                await CancelledAsync(held);
                break;
            case 2:
                await ReadAsync(proxy.BlobsAsync(Sizes(random)), int.MaxValue);
                break;
            case 3:
                await ReadAsync(proxy.BlobsAsync([.. Enumerable.Repeat(30, 1000)]), random.Next(200));
                break;
            case 4:
                var sizes = Sizes(random);
                var seen = await proxy.CollectAsync(new byte[size], Blob.Stream(sizes));
                Assert.Equal((int[])[size, .. sizes.Select(static length => Math.Max(4, length))], seen);
                break;
            case 5:
                await ReadAsync(proxy.MirrorAsync(Blob.Stream(Sizes(random))), random.Next(3) == 0 ? 2 : int.MaxValue);
                break;
            case 6:
                Assert.Equal(4, await proxy.WorkAsync(4, random.Next(100), new Progress<byte[]>()));
                break;
            case 7:
                proxy.Mark(1, new byte[random.Next(50)]);
                break;
            default:
                var question = Blob.Of(size, size);
                Assert.Equal(question, await net.ServerSide.GetProxy<IShapesClient>().AskAsync(question));
                break;
        }
    }

    private static int[] Sizes(Random random) => [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(30) == 0 ? random.Next(150_000) : random.Next(1000))];

    private static async Task ReadAsync(IAsyncEnumerable<byte[]> blobs, int count)
    {
        var index = 0;
        await foreach (var blob in blobs)
        {
            Blob.Check(blob, index++);
            if (index >= count)
            {
                break;
            }
        }
    }

    private static async Task CancelledAsync(Task call)
    {
        try
        {
            await call;
            Assert.Fail("It ended by itself.");
        }
        catch (OperationCanceledException)
        {
            // As it was told.
        }
    }
}
