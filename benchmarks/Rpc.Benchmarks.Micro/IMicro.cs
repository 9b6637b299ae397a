namespace Rpc.Benchmarks.Micro;

/// <summary>What the server of the benchmarks serves.</summary>
[RpcService]
public interface IMicro
{
    ValueTask<int> AddAsync(int a, int b);

    ValueTask<Player> TouchAsync(Player player);

    void Note(int value);

    /// <summary>Answers when the notes before it were taken: calls start in order.</summary>
    ValueTask<int> NotedAsync();

    IAsyncEnumerable<Position> WatchAsync(int count, CancellationToken cancellationToken = default);
}
