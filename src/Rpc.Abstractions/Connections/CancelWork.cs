namespace Rpc.Connections;

/// <summary>Cancels a source on the pool: its callbacks are user code, which the reader never runs.</summary>
internal sealed class CancelWork : PoolWork
{
    private readonly CancellationTokenSource _source;

    public CancelWork(CancellationTokenSource source) => _source = source;

    public override void Execute()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException)
        {
            // A callback of the stream's source failed; its enumeration reports what matters.
        }
    }
}
