namespace Rpc.EndToEnd.Tests;

/// <summary>What the members of a group with slow ones serve.</summary>
[RpcService]
public interface IScreen
{
    void Show(int number, byte[] filling);

    void Moved(int number, byte[] filling);

    [RpcMethod(OneWay = true)]
    ValueTask ShowAsync(int number, byte[] filling, CancellationToken cancellationToken = default);

    ValueTask<int> AskAsync(int number, CancellationToken cancellationToken = default);
}
