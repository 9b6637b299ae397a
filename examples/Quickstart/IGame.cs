using Rpc;

namespace Quickstart;

/// <summary>What the server offers. An interface, plain types, one attribute.</summary>
[RpcService]
public interface IGame
{
    /// <summary>A call: arguments out, a result back.</summary>
    ValueTask<Welcome> JoinAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>A one-way message: nothing comes back, nobody waits.</summary>
    void Move(PlayerInput input);

    /// <summary>A stream from the server, item by item, as fast as the client takes them.</summary>
    IAsyncEnumerable<Snapshot> WatchAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>The server asks the client back before it answers.</summary>
    ValueTask<Receipt> BuyAsync(string item, int price, CancellationToken cancellationToken = default);

    /// <summary>Waits for an opponent, who never comes: until the caller cancels.</summary>
    ValueTask FindOpponentAsync(CancellationToken cancellationToken = default);
}
