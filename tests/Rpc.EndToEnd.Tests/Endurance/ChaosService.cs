using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>The server's accounts: what was executed, and how often.</summary>
internal sealed class ChaosAccounts
{
    public ConcurrentDictionary<(int Client, long Number), int> Executed { get; } = new();

    public ConcurrentDictionary<(int Client, long Number), int> Noted { get; } = new();

    private long _calledBack;
    private long _items;

    public long CalledBack => Interlocked.Read(ref _calledBack);

    public long Items => Interlocked.Read(ref _items);

    public void CallBack() => Interlocked.Increment(ref _calledBack);

    public void Item() => Interlocked.Increment(ref _items);
}

internal sealed class ChaosService(RpcConnection connection, ChaosAccounts accounts) : IChaos
{
    public ValueTask<long> RecordAsync(int client, long number)
    {
        accounts.Executed.AddOrUpdate((client, number), 1, static (_, times) => times + 1);
        return new(number * 2);
    }

    public ValueTask NoteAsync(int client, long number)
    {
        accounts.Noted.AddOrUpdate((client, number), 1, static (_, times) => times + 1);
        return default;
    }

    public async IAsyncEnumerable<long> CountAsync(long from, int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 64 == 0)
            {
                await Task.Yield();
                cancellationToken.ThrowIfCancellationRequested();
            }

            accounts.Item();
            yield return from + i;
        }
    }

    public async ValueTask<long> SumAsync(IAsyncEnumerable<long> items)
    {
        var (sum, next) = (0L, 0L);
        await foreach (var item in items)
        {
            sum += item == next++ ? item : throw new RpcException(RpcStatusCode.DataLoss, $"Item {item} came in place of {next - 1}.");
            accounts.Item();
        }

        return sum;
    }

    public async IAsyncEnumerable<long> NegateAsync(IAsyncEnumerable<long> items)
    {
        await foreach (var item in items)
        {
            accounts.Item();
            yield return -item;
        }
    }

    public ValueTask<byte[]> EchoAsync(byte[] payload) => new(payload);

    public async ValueTask<int> CallBackAsync(int client, int times)
    {
        var proxy = connection.GetProxy<IChaosClient>();
        for (var i = 0; i < times; i++)
        {
            if (await proxy.ConfirmAsync(i) != i + 1)
            {
                throw new RpcException(RpcStatusCode.DataLoss, "A call-back came back wrong.");
            }

            await proxy.ToldAsync(i);
            accounts.CallBack();
        }

        return times;
    }
}
