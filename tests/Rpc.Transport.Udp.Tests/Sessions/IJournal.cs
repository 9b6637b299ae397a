namespace Rpc.Transport.Udp.Tests.Sessions;

/// <summary>Everything that may be under way when the network goes silent.</summary>
[RpcService]
public interface IJournal
{
    ValueTask<int> EnterAsync(int id);

    void Note(int id);

    ValueTask<string> WorkAsync(string what, CancellationToken cancellationToken = default);

    [RpcMethod(Idempotent = true)]
    ValueTask<string> AgainAsync(string what, CancellationToken cancellationToken = default);

    IAsyncEnumerable<int> CountAsync(int count, CancellationToken cancellationToken = default);

    ValueTask<long> SumAsync(IAsyncEnumerable<int> items);
}

[RpcService]
public interface IJournalClient
{
    ValueTask<int> ConfirmAsync(int id);
}
