using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rpc.Transport.Udp.Tests.Sessions;

/// <summary>Remembers how often everything was executed, and lets a test hold what is under way. One serves all connections of a server; another, the client.</summary>
internal sealed class Journal : IJournal, IJournalClient
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often each id was entered, noted or confirmed.</summary>
    internal ConcurrentDictionary<int, int> Executed { get; } = new();

    internal ConcurrentQueue<string> Begun { get; } = new();

    /// <summary>Items after which a stream waits for <see cref="Go"/>.</summary>
    internal int HoldsAfter { get; set; } = int.MaxValue;

    /// <summary>Lets everything go on that is held.</summary>
    internal void Go() => _go.TrySetResult();

    public ValueTask<int> EnterAsync(int id)
    {
        Count(id);
        return new ValueTask<int>(id);
    }

    public void Note(int id) => Count(id);

    public ValueTask<int> ConfirmAsync(int id)
    {
        Count(id);
        return new ValueTask<int>(id);
    }

    public async ValueTask<string> WorkAsync(string what, CancellationToken cancellationToken = default)
    {
        Begun.Enqueue(what);
        await _go.Task.WaitAsync(cancellationToken);
        return what + " done";
    }

    public ValueTask<string> AgainAsync(string what, CancellationToken cancellationToken = default) => WorkAsync(what, cancellationToken);

    public async IAsyncEnumerable<int> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            if (i == HoldsAfter)
            {
                await _go.Task.WaitAsync(cancellationToken);
            }

            yield return i;
        }
    }

    public async ValueTask<long> SumAsync(IAsyncEnumerable<int> items)
    {
        var sum = 0L;
        var next = 0;
        await foreach (var item in items)
        {
            sum += item == next++ ? item : throw new RpcException(RpcStatusCode.DataLoss, $"{item} came in the place of {next - 1}.");
        }

        return sum;
    }

    private void Count(int id) => Executed.AddOrUpdate(id, 1, static (_, count) => count + 1);
}
