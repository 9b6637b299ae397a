using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rpc.Transport.Udp.Tests.EndToEnd;

internal sealed class Field(RpcConnection connection, Channel<(string What, int Value)> heard) : IField, IFieldClient
{
    internal static TaskCompletionSource Cancelled { get; set; } = new();

    public ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default) => new(a + b);

    public ValueTask<byte[]> EchoAsync(byte[] payload) => new(payload);

    public Task FailAsync(string why) => throw new RpcException(RpcStatusCode.NotFound, why);

    public async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        var wait = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = Cancelled;
        await using (cancellationToken.Register(() =>
        {
            cancelled.TrySetResult();
            wait.TrySetCanceled(cancellationToken);
        }))
        {
            return await wait.Task;
        }
    }

    public void Note(int value) => heard.Writer.TryWrite(("note", value));

    public void Order(int value) => heard.Writer.TryWrite(("order", value));

    public void Shot(int value) => heard.Writer.TryWrite(("shot", value));

    public void Move(int value) => heard.Writer.TryWrite(("move", value));

    public ValueTask<int> TwiceAsync(int value) => new(value * 2);

    public async IAsyncEnumerable<int> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    public IAsyncEnumerable<int> WatchAsync(int count, CancellationToken cancellationToken = default) => CountAsync(count, cancellationToken);

#pragma warning disable CS1998 // A source may have all its items at once.
    public async IAsyncEnumerable<int> WatchAtOnceAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    public async IAsyncEnumerable<byte[]> WatchLargeAsync()
    {
        yield return new byte[2_000];
    }
#pragma warning restore CS1998

    public async IAsyncEnumerable<int> FollowAsync(IAsyncEnumerable<int> items)
    {
        var newest = -1;
        await foreach (var item in items)
        {
            newest = item > newest ? item : throw new RpcException(RpcStatusCode.DataLoss, $"{item} came after {newest}.");
            yield return newest;
        }
    }

    public async ValueTask<long> SumAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken = default)
    {
        var sum = 0L;
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            sum += item;
        }

        return sum;
    }

    public async IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<string> lines)
    {
        await foreach (var line in lines)
        {
            yield return line + "!";
        }
    }

    public ValueTask<string> AskBackAsync(string question) => connection.GetProxy<IFieldClient>().AskAsync(question);

    public void Blob(byte[] payload)
    {
    }

    public ValueTask<string> AskAsync(string question) => new(question + "?");
}
