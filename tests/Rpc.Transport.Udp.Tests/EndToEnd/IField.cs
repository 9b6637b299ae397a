namespace Rpc.Transport.Udp.Tests.EndToEnd;

[RpcService]
public interface IField
{
    ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default);

    ValueTask<byte[]> EchoAsync(byte[] payload);

    Task FailAsync(string why);

    ValueTask<int> WaitAsync(CancellationToken cancellationToken);

    void Note(int value);

    [RpcMethod(Delivery = RpcDelivery.Ordered)]
    void Order(int value);

    [RpcMethod(Delivery = RpcDelivery.Unreliable)]
    void Shot(int value);

    [RpcMethod(Delivery = RpcDelivery.Sequenced, Redundant = true)]
    void Move(int value);

    [RpcMethod(Redundant = true)]
    ValueTask<int> TwiceAsync(int value);

    IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken = default);

    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    IAsyncEnumerable<int> WatchAsync(int count, CancellationToken cancellationToken = default);

    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    IAsyncEnumerable<int> WatchAtOnceAsync(int count, CancellationToken cancellationToken = default);

    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    IAsyncEnumerable<int> FollowAsync(IAsyncEnumerable<int> items);

    [RpcMethod(Delivery = RpcDelivery.Sequenced)]
    IAsyncEnumerable<byte[]> WatchLargeAsync();

    ValueTask<long> SumAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<string> lines);

    ValueTask<string> AskBackAsync(string question);

    [RpcMethod(Delivery = RpcDelivery.Unreliable)]
    void Blob(byte[] payload);
}

[RpcService]
public interface IFieldClient
{
    ValueTask<string> AskAsync(string question);
}
