using System.Runtime.CompilerServices;

namespace Rpc.EndToEnd.Tests.Hostile;

/// <summary>A service that counts what a peer made it do.</summary>
internal sealed class HostileTarget : IHostileTarget
{
    private int _started;
    private int _ended;
    private int _poured;

    public int Started => Volatile.Read(ref _started);

    public int Ended => Volatile.Read(ref _ended);

    public int Poured => Volatile.Read(ref _poured);

    public ValueTask<int> AddAsync(int a, int b) => new(a + b);

    public ValueTask<int> DigAsync(Nest nest) => new(1);

    public async ValueTask<int> WaitAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _started);
        try
        {
            var cancelled = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = cancellationToken.Register(() => cancelled.TrySetCanceled(cancellationToken));
            return await cancelled.Task;
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    public ValueTask<int> TakeAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken) => WaitAsync(cancellationToken);

    public async IAsyncEnumerable<byte[]> PourAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Yield();
            Interlocked.Increment(ref _poured);
            yield return new byte[1000];
        }
    }
}
