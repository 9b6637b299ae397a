namespace Rpc.Internal;

/// <summary>Runs event handlers on the pool, one after another, in the order in which they were raised. Thread safe.</summary>
internal sealed class OrderedEvents
{
    private readonly object _gate = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Queues a call of event handlers.</summary>
    /// <param name="raise">Calls them; does not throw.</param>
    public void Raise(Action raise)
    {
        lock (_gate)
        {
            _last = _last.ContinueWith(
                static (_, state) => ((Action)state!)(), raise, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}
