namespace Rpc.EndToEnd.Tests.Shapes;

/// <summary>What belongs together keeps its order, however large its frames are and whatever the transport reorders.</summary>
public sealed class OrderTests
{
    private static readonly int[] s_sizes = [300_000, 1, 70_000, 5, 140_000, 200_000, 3, 3, 3, 500_000, 1, 64_000, 1];

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.Messages)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Large_and_small_items_of_a_stream_arrive_in_order(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind);
        var index = 0;
        await foreach (var blob in net.Proxy.BlobsAsync(s_sizes).WithPatience())
        {
            Blob.Check(blob, index++);
        }

        Assert.Equal(s_sizes.Length, index);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.Messages)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Large_and_small_items_of_a_parameter_arrive_in_order_behind_a_large_request(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind);
        var sizes = await net.Proxy.CollectAsync(new byte[600_000], Blob.Stream(s_sizes)).AsTask().WaitAsync(World.Patience);
        Assert.Equal([600_000, .. s_sizes.Select(static size => Math.Max(4, size))], sizes);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task A_duplex_stream_of_large_and_small_items_keeps_its_order(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind);
        var index = 0;
        await foreach (var blob in net.Proxy.MirrorAsync(Blob.Stream(s_sizes)).WithPatience())
        {
            Blob.Check(blob, index++);
        }

        Assert.Equal(s_sizes.Length, index);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Large_reports_of_progress_arrive_in_order_and_before_the_result(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind);
        var seen = new List<int>();
        var result = await net.Proxy.WorkAsync(20, 150_000, new Reports(seen)).AsTask().WaitAsync(World.Patience);
        Assert.Equal(20, result);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public async Task The_items_of_a_call_of_low_priority_do_not_overtake_it()
    {
        await using var net = await Net.StartAsync(TransportKind.InProcess);
        var echo = net.Proxy.EchoAsync(new byte[4_000_000]).AsTask();
        var low = net.Proxy.With(new RpcCallOptions { Priority = RpcPriority.Low });
        var sizes = await low.CollectAsync([], Blob.Stream(5, 6, 7)).AsTask().WaitAsync(World.Patience);
        Assert.Equal([0, 5, 6, 7], sizes);
        await echo.WaitAsync(World.Patience);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Ordered_calls_of_any_size_start_in_order(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, sequential: true);
        var calls = Enumerable.Range(0, 60).Select(i => net.Proxy.OrderedAsync(i, new byte[i % 7 == 0 ? 200_000 : 10]).AsTask()).ToArray();
        await Task.WhenAll(calls).WaitAsync(World.Patience);
        Assert.Equal(Enumerable.Range(0, 60), net.Service.Ordered);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Ordered_one_way_calls_of_any_size_start_in_order(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, sequential: true);
        for (var i = 0; i < 60; i++)
        {
            net.Proxy.Mark(i, new byte[i % 7 == 0 ? 200_000 : 10]);
        }

        var marks = new List<int>();
        while (marks.Count < 60)
        {
            marks.Add(await net.Service.Marks.Reader.ReadAsync().AsTask().WaitAsync(World.Patience));
        }

        Assert.Equal(Enumerable.Range(0, 60), marks);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task A_sequenced_call_is_never_older_than_one_that_has_arrived(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, sequential: true);
        for (var i = 0; i < 500; i++)
        {
            net.Proxy.Place(i);
        }

        // Reliable and later: when it is answered, what was not lost has arrived.
        await net.Proxy.EchoAsync([1]).AsTask().WaitAsync(World.Patience);
        var places = net.Service.Places.ToArray();
        Assert.Equal(places.Order(), places);
        Assert.NotEmpty(places);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.Messages)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Cancelling_a_large_call_at_once_reaches_its_handler_and_frees_its_place(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, server: static rpc => rpc.Options.Limits.MaxConcurrentCalls = 1);
        using var source = new CancellationTokenSource();
        var call = net.Proxy.HoldAsync(new byte[1_000_000], source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
        Assert.Equal([1], await net.Proxy.EchoAsync([1]).AsTask().WaitAsync(World.Patience));
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Every_cancellation_reaches_its_handler(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, server: static rpc => rpc.Options.Limits.MaxConcurrentCalls = 100);
        for (var round = 0; round < 20; round++)
        {
            using var source = new CancellationTokenSource();
            var calls = Enumerable.Range(0, 50).Select(_ => net.Proxy.HoldAsync([], source.Token).AsTask()).ToArray();
            await source.CancelAsync();
            foreach (var call in calls)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).WaitAsync(World.Patience);
            }
        }

        // A handler that was not told never ends.
        await Task.Run(async () =>
        {
            while (await net.Proxy.HeldAsync() != 0)
            {
            }
        }).WaitAsync(World.Patience);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task What_the_server_calls_as_soon_as_a_client_connects_arrives(TransportKind kind)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var calls = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var net = await Net.StartAsync(
                kind, seed: seed, connected: connection => calls.SetResult(CallAsync(connection)));
            await (await calls.Task.WaitAsync(World.Patience)).WaitAsync(World.Patience);
        }

        static async Task CallAsync(RpcConnection connection)
        {
            var proxy = connection.GetProxy<IShapesClient>();
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async i => Assert.Equal([(byte)i], await proxy.AskAsync([(byte)i]))));
        }
    }

    private sealed class Reports(List<int> seen) : IProgress<byte[]>
    {
        public void Report(byte[] value) => seen.Add(BitConverter.ToInt32(value));
    }
}
