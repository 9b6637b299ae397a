namespace Rpc.Benchmarks.Network;

/// <summary>The server's side.</summary>
internal sealed class Probe : IProbe
{
    public ValueTask<int> Call(int number) => new(number);

    public ValueTask<int> CallRedundantly(int number) => new(number);

    public ValueTask<byte[]> Download(int size) => new(new byte[size]);
}
