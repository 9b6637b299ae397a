namespace Rpc.EndToEnd.Tests.Hostile;

[RpcService]
public interface IHostileTarget
{
    ValueTask<int> AddAsync(int a, int b);

    ValueTask<int> WaitAsync(CancellationToken cancellationToken);

    ValueTask<int> DigAsync(Nest nest);

    ValueTask<int> TakeAsync(IAsyncEnumerable<int> items, CancellationToken cancellationToken);

    IAsyncEnumerable<byte[]> PourAsync(CancellationToken cancellationToken);
}

public sealed class Nest
{
    public Nest? Inner { get; set; }
}
