namespace Rpc.Transport.WebSockets.Internal;

/// <summary>A cancellation token that a clock cancels after a while, unless it is disposed before.</summary>
internal sealed class Deadline : IDisposable
{
    // Never disposed: a timer that fires while the deadline is disposed may still reach it, and it holds nothing that needs it.
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private volatile bool _hasPassed;

    public Deadline(TimeProvider timeProvider, TimeSpan after) =>
        _timer = timeProvider.CreateTimer(static deadline => ((Deadline)deadline!).Pass(), this, after, Timeout.InfiniteTimeSpan);

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the token was cancelled by the clock.</summary>
    public bool HasPassed => _hasPassed;

    /// <summary>Cancels the token now.</summary>
    public void Cancel() => _source.Cancel();

    public void Dispose() => _timer.Dispose();

    private void Pass()
    {
        _hasPassed = true;
        _source.Cancel();
    }
}
