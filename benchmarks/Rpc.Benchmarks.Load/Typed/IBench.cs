namespace Rpc.Benchmarks.Load.Typed;

/// <summary>What the server serves.</summary>
[RpcService]
public interface IBench
{
    ValueTask<int> Add(int a, int b);

    ValueTask<string> Hello(string name);

    ValueTask<byte[]> Echo(byte[] payload);

    ValueTask<Player> Touch(Player player);

    IAsyncEnumerable<Tick> Ticks(int count, CancellationToken cancellationToken = default);

    /// <summary>Pushes ticks to everybody who joined, as fast as they take them, for so long.</summary>
    ValueTask Broadcast(int milliseconds);

    /// <summary>Joins the group that is pushed to.</summary>
    ValueTask Join();

    /// <summary>What the server's process has used so far.</summary>
    ValueTask<Usage> Usage();

    /// <summary>Memory of the server's process after a collection.</summary>
    ValueTask<Memory> Measure();
}
