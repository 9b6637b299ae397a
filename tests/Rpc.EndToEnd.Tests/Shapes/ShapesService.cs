using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Rpc.EndToEnd.Tests.Shapes;

internal sealed class ShapesService : IShapes
{
    private int _held;

    public Channel<int> Marks { get; } = Channel.CreateUnbounded<int>();

    public ConcurrentQueue<int> Ordered { get; } = new();

    public ConcurrentQueue<int> Places { get; } = new();

    /// <summary>Handlers of <see cref="HoldAsync"/> that have been cancelled.</summary>
    public Channel<int> Cancelled { get; } = Channel.CreateUnbounded<int>();

    public ValueTask<byte[]> EchoAsync(byte[] payload, CancellationToken cancellationToken = default) => new(payload);

    public async ValueTask HoldAsync(byte[] padding, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _held);
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _held);
            Cancelled.Writer.TryWrite(padding.Length);
        }
    }

    public ValueTask<int> HeldAsync() => new(Volatile.Read(ref _held));

    public async IAsyncEnumerable<byte[]> BlobsAsync(int[] sizes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            if (i % 16 == 15)
            {
                await Task.Yield();
            }

            yield return Blob.Of(i, sizes[i]);
        }
    }

    public async ValueTask<int[]> CollectAsync(byte[] preamble, IAsyncEnumerable<byte[]> blobs)
    {
        var sizes = new List<int> { preamble.Length };
        await foreach (var blob in blobs)
        {
            Blob.Check(blob, sizes.Count - 1);
            sizes.Add(blob.Length);
        }

        return [.. sizes];
    }

    public async IAsyncEnumerable<byte[]> MirrorAsync(IAsyncEnumerable<byte[]> blobs)
    {
        await foreach (var blob in blobs)
        {
            yield return blob;
        }
    }

    public async ValueTask<int> WorkAsync(int steps, int size, IProgress<byte[]> progress)
    {
        for (var i = 0; i < steps; i++)
        {
            progress.Report(Blob.Of(i, size));
            await Task.Yield();
        }

        return steps;
    }

    public void Mark(int number, byte[] padding) => Marks.Writer.TryWrite(number);

    public ValueTask<int> OrderedAsync(int number, byte[] padding)
    {
        Ordered.Enqueue(number);
        return new(number);
    }

    public void Place(int number) => Places.Enqueue(number);
}

internal sealed class ShapesClient : IShapesClient
{
    public ValueTask<byte[]> AskAsync(byte[] question, CancellationToken cancellationToken = default) => new(question);
}

/// <summary>Bytes that tell their place in a stream.</summary>
internal static class Blob
{
    public static byte[] Of(int index, int size)
    {
        var blob = new byte[Math.Max(4, size)];
        new Random(index).NextBytes(blob);
        BitConverter.TryWriteBytes(blob, index);
        return blob;
    }

    public static void Check(byte[] blob, int index) => Assert.True(Of(index, blob.Length).AsSpan().SequenceEqual(blob), $"Blob {index} is another one: {BitConverter.ToInt32(blob)}.");

    public static async IAsyncEnumerable<byte[]> Stream(params int[] sizes)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            if (i % 16 == 15)
            {
                await Task.Yield();
            }

            yield return Of(i, sizes[i]);
        }
    }
}
