using Rpc.Connections;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>A pool whose work a test does.</summary>
internal sealed class ManualStallPool : IStallPool
{
    private readonly Queue<Drain> _takeOvers = [];

    /// <summary>Take-overs that have begun and that no worker has come to.</summary>
    public int TakeOvers => _takeOvers.Count;

    /// <summary>Threads that were asked for beside those there are.</summary>
    public int Grown { get; private set; }

    /// <summary>Whether the pool refuses to change.</summary>
    public bool Refuses { get; set; }

    /// <summary>The drain of the oldest take-over.</summary>
    public Drain Next() => _takeOvers.Dequeue();

    public void TakeOver(Drain drain) => _takeOvers.Enqueue(drain);

    public bool TryGrow(int threads)
    {
        if (Refuses)
        {
            return false;
        }

        Grown += threads;
        return true;
    }
}
