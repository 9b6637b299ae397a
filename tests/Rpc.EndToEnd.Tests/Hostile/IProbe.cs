namespace Rpc.EndToEnd.Tests.Hostile;

[RpcService]
public interface IProbe
{
    ValueTask<int> RaiseAsync(int value, int by = 7);
}
