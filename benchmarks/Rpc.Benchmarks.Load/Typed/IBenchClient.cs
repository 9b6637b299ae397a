namespace Rpc.Benchmarks.Load.Typed;

/// <summary>What the server pushes to.</summary>
[RpcService]
public interface IBenchClient
{
    void OnTick(Tick tick);
}
