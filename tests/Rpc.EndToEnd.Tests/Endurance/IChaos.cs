namespace Rpc.EndToEnd.Tests.Endurance;

[RpcService]
public interface IChaos
{
    /// <summary>Executed once for each number, or the accounts do not add up.</summary>
    ValueTask<long> RecordAsync(int client, long number);

    [RpcMethod(OneWay = true)]
    ValueTask NoteAsync(int client, long number);

    IAsyncEnumerable<long> CountAsync(long from, int count, CancellationToken cancellationToken = default);

    ValueTask<long> SumAsync(IAsyncEnumerable<long> items);

    IAsyncEnumerable<long> NegateAsync(IAsyncEnumerable<long> items);

    ValueTask<byte[]> EchoAsync(byte[] payload);

    /// <summary>Calls the client back so often.</summary>
    ValueTask<int> CallBackAsync(int client, int times);
}

[RpcService]
public interface IChaosClient
{
    ValueTask<long> ConfirmAsync(long number);

    [RpcMethod(OneWay = true)]
    ValueTask ToldAsync(long number);
}
