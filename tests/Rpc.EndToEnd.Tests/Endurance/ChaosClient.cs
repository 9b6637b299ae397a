using Rpc.Client;

namespace Rpc.EndToEnd.Tests.Endurance;

/// <summary>A client that calls in every way there is, and keeps its own accounts.</summary>
internal sealed class ChaosClient(int id, Uri address, int seed) : IChaosClient
{
    private readonly Random _random = new(HashCode.Combine(seed, id));
    private long _confirmed;
    private long _told;

    public int Id => id;

    /// <summary>Numbers that were recorded and answered.</summary>
    public long Recorded { get; private set; }

    public long Noted { get; private set; }

    public long Items { get; private set; }

    public long CalledBack { get; private set; }

    public long Confirmed => Interlocked.Read(ref _confirmed);

    public long Told => Interlocked.Read(ref _told);

    public long Echoed { get; private set; }

    public bool IsDone { get; private set; }

    private RpcClient? Client { get; set; }

    private HashSet<string> Waiting { get; } = [];

    public override string ToString() =>
        $"client {id}: {Client?.Status}, connection {Client?.Connection.Id} {Client?.Connection.State}, interrupted {Client?.Connection.IsInterrupted}, waits for {string.Join(", ", Waiting)}";

    public ValueTask<long> ConfirmAsync(long number)
    {
        Interlocked.Increment(ref _confirmed);
        return new(number + 1);
    }

    public ValueTask ToldAsync(long number)
    {
        Interlocked.Increment(ref _told);
        return default;
    }

    public async Task RunAsync(Func<bool> goesOn)
    {
        await using var client = await RpcClient.ConnectAsync(address, options =>
        {
            options.Serve<IChaosClient>(this);
            options.KeepAliveInterval = TimeSpan.FromSeconds(2);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(3);
            options.Reconnect = new RpcReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(2), MaxDelay = TimeSpan.FromMilliseconds(100), RetryFirst = true };
        });
        Client = client;
        var proxy = client.GetProxy<IChaos>();
        while (goesOn())
        {
            await Task.WhenAll(
                Named("calls", RecordAsync(proxy)),
                Named("one-way calls", NoteAsync(proxy)),
                Named("a server stream", DownAsync(proxy)),
                Named("a client stream", UpAsync(proxy)),
                Named("a duplex stream", BothAsync(proxy)),
                Named("call-backs", BackAsync(proxy)),
                Named("an echo", EchoAsync(proxy)));
        }

        // One-way calls of the server may still be on their way; what was sent before the answer to this has arrived.
        await proxy.RecordAsync(id, -1);
        await client.CloseAsync();
        IsDone = true;
    }

    private async Task Named(string what, Task work)
    {
        lock (Waiting)
        {
            Waiting.Add(what);
        }

        await work;
        lock (Waiting)
        {
            Waiting.Remove(what);
        }
    }

    private async Task RecordAsync(IChaos proxy)
    {
        var calls = Enumerable.Range(0, 20).Select(async i =>
        {
            var number = Recorded + i;
            Check(await proxy.RecordAsync(id, number) == number * 2, "An answer belongs to another call.");
        }).ToArray();
        await Task.WhenAll(calls);
        Recorded += calls.Length;
    }

    private async Task NoteAsync(IChaos proxy)
    {
        for (var i = 0; i < 10; i++)
        {
            await proxy.NoteAsync(id, Noted + i);
        }

        Noted += 10;
    }

    private async Task DownAsync(IChaos proxy)
    {
        var (from, count) = (_random.Next(), _random.Next(1, 3000));
        long next = from;
        await foreach (var item in proxy.CountAsync(from, count))
        {
            Check(item == next++, "A stream of the server lost or repeated an item.");
        }

        Check(next == from + count, "A stream of the server ended early.");
        Items += count;
    }

    private async Task UpAsync(IChaos proxy)
    {
        var count = _random.Next(1, 3000);
        Check(await proxy.SumAsync(NumbersAsync(count)) == (long)count * (count - 1) / 2, "A stream of the client lost or repeated an item.");
        Items += count;
    }

    private async Task BothAsync(IChaos proxy)
    {
        var count = _random.Next(1, 500);
        var next = 0L;
        await foreach (var item in proxy.NegateAsync(NumbersAsync(count)))
        {
            Check(item == -next++, "A duplex stream lost or repeated an item.");
        }

        Check(next == count, "A duplex stream ended early.");
        Items += count;
    }

    private async Task BackAsync(IChaos proxy)
    {
        var times = _random.Next(1, 5);
        Check(await proxy.CallBackAsync(id, times) == times, "Call-backs were lost.");
        CalledBack += times;
    }

    private async Task EchoAsync(IChaos proxy)
    {
        var payload = new byte[_random.Next(4) == 0 ? _random.Next(300_000) : _random.Next(2000)];
        new Random(payload.Length).NextBytes(payload);
        Check((await proxy.EchoAsync(payload)).AsSpan().SequenceEqual(payload), "A payload came back changed.");
        Echoed++;
    }

    private static async IAsyncEnumerable<long> NumbersAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (i % 64 == 0)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    private static void Check(bool condition, string otherwise) => Assert.True(condition, otherwise);
}
