namespace Rpc.Connections;

/// <summary>Something that collects output while a batch runs.</summary>
internal interface IFlushable
{
    /// <summary>Whether output waits for <see cref="FlushDeferred"/>.</summary>
    bool HasDeferred { get; }

    /// <summary>Sends what was collected. Does not block and does not throw.</summary>
    void FlushDeferred();
}
