namespace Rpc.Connections;

/// <summary>A token that is cancelled when another one is, or when a time has passed.</summary>
internal sealed class DeadlineToken : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;

    public DeadlineToken(TimeProvider timeProvider, TimeSpan due, CancellationToken linked)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(linked);
        _timer = timeProvider.CreateTimer(
            static state =>
            {
                try
                {
                    ((CancellationTokenSource)state!).Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // Ticked while it was disposed: nobody waits any more.
                }
            },
            _source,
            due,
            Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }
}
