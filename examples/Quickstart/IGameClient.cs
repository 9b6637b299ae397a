using Rpc;

namespace Quickstart;

/// <summary>What the client offers to the server. The same attribute, the same rules.</summary>
[RpcService]
public interface IGameClient
{
    /// <summary>The server tells, and does not wait.</summary>
    void Announce(string text);

    /// <summary>The server asks, and waits for the answer.</summary>
    ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken = default);
}
