namespace Rpc.Transports.WebSockets.Internal;

/// <summary>A cancellation token that a clock cancels after a while; after disposal it never will.</summary>
internal sealed class Deadline : IDisposable
{
    // Never disposed: a timer that fires while the deadline is disposed may still reach it, and it holds nothing that needs it.
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;

    public Deadline(TimeProvider timeProvider, TimeSpan after) =>
        _timer = timeProvider.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _source, after, Timeout.InfiniteTimeSpan);

    public CancellationToken Token => _source.Token;

    public bool HasPassed => _source.IsCancellationRequested;

    public void Dispose() => _timer.Dispose();
}
