namespace Rpc.EndToEnd.Tests.Shapes;

/// <summary>Every shape of call, with payloads of any size.</summary>
[RpcService]
public interface IShapes
{
    ValueTask<byte[]> EchoAsync(byte[] payload, CancellationToken cancellationToken = default);

    /// <summary>Runs until it is cancelled, and fails with what ended it.</summary>
    ValueTask HoldAsync(byte[] padding, CancellationToken cancellationToken = default);

    /// <summary>How many calls of <see cref="HoldAsync"/> run.</summary>
    ValueTask<int> HeldAsync();

    IAsyncEnumerable<byte[]> BlobsAsync(int[] sizes, CancellationToken cancellationToken = default);

    ValueTask<int[]> CollectAsync(byte[] preamble, IAsyncEnumerable<byte[]> blobs);

    IAsyncEnumerable<byte[]> MirrorAsync(IAsyncEnumerable<byte[]> blobs);

    ValueTask<int> WorkAsync(int steps, int size, IProgress<byte[]> progress);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    void Mark(int number, byte[] padding);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    ValueTask<int> OrderedAsync(int number, byte[] padding);

    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    void Place(int number);
}

/// <summary>What the server of <see cref="IShapes"/> calls.</summary>
[RpcService]
public interface IShapesClient
{
    ValueTask<byte[]> AskAsync(byte[] question, CancellationToken cancellationToken = default);
}
