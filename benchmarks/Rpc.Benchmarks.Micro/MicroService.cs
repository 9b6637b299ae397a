using System.Runtime.CompilerServices;

namespace Rpc.Benchmarks.Micro;

internal sealed class MicroService : IMicro
{
    private int _noted;

    public ValueTask<int> AddAsync(int a, int b) => new(a + b);

    public ValueTask<Player> TouchAsync(Player player) => new(player);

    public void Note(int value) => _noted++;

    public ValueTask<int> NotedAsync() => new(_noted);

    public async IAsyncEnumerable<Position> WatchAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < count; i++)
        {
            yield return new Position(i, 1, 2, 3);
        }

        await Task.CompletedTask;
    }
}
