using Rpc;

namespace Feed.Contracts;

/// <summary>What the publisher offers to other services.</summary>
[RpcService]
public interface IFeed
{
    /// <summary>The names of the symbols; a <see cref="Price.Symbol"/> is an index into them.</summary>
    ValueTask<IReadOnlyList<string>> GetSymbolsAsync(CancellationToken cancellationToken = default);

    /// <summary>Streams prices until the subscriber has enough. Who keeps up gets each one. Who falls behind gets the latest of each symbol,
    /// and is told how many it stands for.</summary>
    IAsyncEnumerable<Price> SubscribeAsync(CancellationToken cancellationToken = default);
}
