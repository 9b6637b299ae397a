using System.Threading.Channels;

namespace Rpc.EndToEnd.Tests.Security;

/// <summary>A service that counts who came through.</summary>
internal sealed class Vault : IVault
{
    private int _entered;

    public int Entered => Volatile.Read(ref _entered);

    public Channel<int> Flung { get; } = Channel.CreateUnbounded<int>();

    public TaskCompletionSource<int>? Held { get; set; }

    public ValueTask<string> WhoAsync() => new(RpcContext.Current!.User.Identity!.Name!);

    public ValueTask<int> OpenAsync(int value) => Enter(value);

    public ValueTask<int> ModerateAsync(int value) => Enter(value);

    public ValueTask<int> DrinkAsync(int value) => Enter(value);

    public ValueTask<int> BothAsync(int value) => Enter(value);

    public ValueTask<int> BrokenAsync() => Enter(0);

    public void Drop(int value) => Interlocked.Increment(ref _entered);

    public void Spill(int value) => Interlocked.Increment(ref _entered);

    public async IAsyncEnumerable<int> WatchAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    public ValueTask<long> PourAsync(IAsyncEnumerable<int> items) => TestService.Sum(items, default);

    public ValueTask<int> HoldAsync(int value) => Held is { } held ? new(held.Task) : Enter(value);

    public void Fling(int value) => Flung.Writer.TryWrite(value);

    private ValueTask<int> Enter(int value)
    {
        Interlocked.Increment(ref _entered);
        return new(value);
    }
}
