using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rpc.Server;

namespace Rpc.Benchmarks.Load.Typed;

/// <summary>The server's side of the workloads.</summary>
public sealed class BenchService : IBench
{
    private readonly RpcConnection _connection;
    private readonly RpcGroup<IBenchClient> _group;

    public BenchService(RpcConnection connection, RpcGroup<IBenchClient> group)
    {
        _connection = connection;
        _group = group;
    }

    public ValueTask<int> Add(int a, int b) => new(a + b);

    public ValueTask<string> Hello(string name) => new("Hello, " + name);

    public ValueTask<byte[]> Echo(byte[] payload) => new(payload);

    public ValueTask<Player> Touch(Player player)
    {
        player.Health++;
        return new(player);
    }

#pragma warning disable CS1998 // The source of a stream may well have all its items at once.
    public async IAsyncEnumerable<Tick> Ticks(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
#pragma warning restore CS1998
    {
        for (var i = 0; i < count; i++)
        {
            yield return new Tick(i, i * 10L, i, i, i);
        }
    }

    public ValueTask Join()
    {
        _group.Add(_connection);
        return default;
    }

    public ValueTask Broadcast(int milliseconds) => new(Task.Run(() => Push(milliseconds)));

    public ValueTask<Usage> Usage() => new(Typed.Usage.Now());

    public ValueTask<Memory> Measure()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return new(new Memory(GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64));
    }

    private async Task Push(int milliseconds)
    {
        var clock = Stopwatch.StartNew();
        var all = _group.All;
        for (var seq = 0; clock.ElapsedMilliseconds < milliseconds;)
        {
            // A burst, then wait until the members have room: what a game server does at each of its ticks.
            for (var i = 0; i < 64; i++, seq++)
            {
                all.OnTick(new Tick(seq, seq * 10L, 1, 2, 3));
            }

            await _group.FlushAsync().ConfigureAwait(false);
        }
    }
}
