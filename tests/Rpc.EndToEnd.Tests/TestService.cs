using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rpc.EndToEnd.Tests;

/// <summary>A service whose methods can be replaced by a test.</summary>
internal class TestService : ITestService
{
    public Func<string, CancellationToken, ValueTask<string>> OnRun { get; set; } = (what, _) => new(what);

    public Func<int, CancellationToken, IAsyncEnumerable<int>> OnCount { get; set; } = Count;

    public Func<IAsyncEnumerable<int>, CancellationToken, ValueTask<long>> OnSum { get; set; } = Sum;

    public Channel<int> Notes { get; } = Channel.CreateUnbounded<int>();

    public ValueTask<int> AddAsync(int a, int b, CancellationToken cancellationToken = default) => new(a + b);

    public ValueTask<string> RunAsync(string what, CancellationToken cancellationToken = default) => OnRun(what, cancellationToken);

    public async Task DoAsync(string what) => await OnRun(what, default);

    public void Note(int value) => Notes.Writer.TryWrite(value);

    public ValueTask NoteAsync(int value)
    {
        Notes.Writer.TryWrite(value);
        return default;
    }

    public IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken = default) => OnCount(count, cancellationToken);

    public ValueTask<long> SumAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken = default) => OnSum(items, cancellationToken);

    public async IAsyncEnumerable<string> TalkAsync(IAsyncEnumerable<string> lines)
    {
        await foreach (var line in lines)
        {
            yield return line.ToUpperInvariant();
        }
    }

    public async ValueTask<int> WorkAsync(int steps, IProgress<int>? progress)
    {
        for (var i = 1; i <= steps; i++)
        {
            progress?.Report(i);
            await Task.Yield();
        }

        return steps;
    }

    public ValueTask<byte[]> EchoAsync(byte[] payload) => new(payload);

    public static async IAsyncEnumerable<int> Count(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 100 == 0)
            {
                await Task.Yield();
            }

            cancellationToken.ThrowIfCancellationRequested();
            yield return i;
        }
    }

    public static async ValueTask<long> Sum(IAsyncEnumerable<int> items, CancellationToken cancellationToken)
    {
        var sum = 0L;
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            sum += item;
        }

        return sum;
    }
}
