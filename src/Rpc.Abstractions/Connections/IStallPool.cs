namespace Rpc.Connections;

/// <summary>Who takes over from workers that are blocked.</summary>
internal interface IStallPool
{
    /// <summary>Sees to it that a worker goes on with a drain whose batch was taken away.</summary>
    void TakeOver(Drain drain);

    /// <summary>Changes the number of threads that are there without delay.</summary>
    /// <param name="threads">More, or with a minus fewer.</param>
    /// <returns>False when that was refused.</returns>
    bool TryGrow(int threads);
}
