namespace Rpc.Benchmarks.Network;

/// <summary>What the calls through the relay call.</summary>
[RpcService]
public interface IProbe
{
    ValueTask<int> Call(int number);

    [RpcMethod(Redundant = true)]
    ValueTask<int> CallRedundantly(int number);

    ValueTask<byte[]> Download(int size);
}
