namespace Rpc.Connections;

/// <summary>The pool of the process.</summary>
internal sealed class StallPool : IStallPool
{
    public void TakeOver(Drain drain) => drain.Queue();

    public bool TryGrow(int threads)
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        return ThreadPool.SetMinThreads(Math.Max(1, workers + threads), ports);
    }
}
