namespace Rpc.EndToEnd.Tests.Shapes;

/// <summary>Every shape of call, in both directions at once, over everything that can carry it.</summary>
public sealed class AllShapesTests
{
    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.OneByteAtATime)]
    [InlineData(TransportKind.Messages)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Every_shape_works_beside_every_other(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind);
        int[] sizes = kind == TransportKind.OneByteAtATime ? [10, 300, 1, 40] : [10, 3000, 1, 100_000, 40];
        var shapes = Enumerable.Range(0, kind == TransportKind.OneByteAtATime ? 2 : 10).SelectMany(_ => (Task[])
        [
            EchoAsync(net, sizes), BlobsAsync(net, sizes), CollectAsync(net, sizes), MirrorAsync(net, sizes), WorkAsync(net), CancelAsync(net), AskAsync(net),
        ]);
        await Task.WhenAll(shapes).WaitAsync(World.Patience);
    }

    [Theory]
    [InlineData(TransportKind.InProcess)]
    [InlineData(TransportKind.ReorderedMessages)]
    public async Task Metadata_larger_than_a_byte_can_count_arrives_whole(TransportKind kind)
    {
        await using var net = await Net.StartAsync(kind, client: static options => options.Metadata.Add("long", new string('m', 5000)));
        Assert.Equal(5000, net.ServerSide.PeerMetadata["long"]!.Length);
        var options = new RpcCallOptions { Metadata = new RpcMetadata() };
        options.Metadata.Add("also", new string('é', 300));
        Assert.Equal([1], await net.Proxy.With(options).EchoAsync([1]).AsTask().WaitAsync(World.Patience));
    }

    private static async Task EchoAsync(Net net, int[] sizes)
    {
        foreach (var size in sizes)
        {
            var blob = Blob.Of(size, size);
            Assert.Equal(blob, await net.Proxy.EchoAsync(blob));
        }
    }

    private static async Task BlobsAsync(Net net, int[] sizes)
    {
        var index = 0;
        await foreach (var blob in net.Proxy.BlobsAsync(sizes))
        {
            Blob.Check(blob, index++);
        }

        Assert.Equal(sizes.Length, index);
    }

    private static async Task CollectAsync(Net net, int[] sizes)
    {
        var seen = await net.Proxy.CollectAsync(new byte[7], Blob.Stream(sizes));
        Assert.Equal([7, .. sizes.Select(static size => Math.Max(4, size))], seen);
    }

    private static async Task MirrorAsync(Net net, int[] sizes)
    {
        var index = 0;
        await foreach (var blob in net.Proxy.MirrorAsync(Blob.Stream(sizes)))
        {
            Blob.Check(blob, index++);
        }

        Assert.Equal(sizes.Length, index);
    }

    private static async Task WorkAsync(Net net)
    {
        var seen = new List<int>();
        Assert.Equal(5, await net.Proxy.WorkAsync(5, 20, new Reports(seen)));
        lock (seen)
        {
            Assert.Equal(seen.Order(), seen);
        }
    }

    private static async Task CancelAsync(Net net)
    {
        using var source = new CancellationTokenSource();
        var call = net.Proxy.HoldAsync([1], source.Token).AsTask();
        await net.Proxy.EchoAsync([1], CancellationToken.None);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private static async Task AskAsync(Net net)
    {
        var proxy = net.ServerSide.GetProxy<IShapesClient>();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(new[] { (byte)i }, await proxy.AskAsync([(byte)i]));
        }
    }

    private sealed class Reports(List<int> seen) : IProgress<byte[]>
    {
        public void Report(byte[] value)
        {
            lock (seen)
            {
                seen.Add(BitConverter.ToInt32(value));
            }
        }
    }
}
