namespace Rpc.Testing.Internal;

/// <summary>What one direction of a network does now, and a signal for when that changes. Thread safe.</summary>
internal sealed class NetworkDirection(NetworkConditions conditions)
{
    private readonly object _gate = new();
    private NetworkConditions _conditions = conditions;
    private TaskCompletionSource<bool> _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal NetworkConditions Conditions
    {
        get => Volatile.Read(ref _conditions);
        set
        {
            TaskCompletionSource<bool> changed;
            lock (_gate)
            {
                Volatile.Write(ref _conditions, value);
                changed = _changed;
                _changed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            changed.TrySetResult(true);
        }
    }

    /// <summary>Ends when there is no black hole any more.</summary>
    internal async Task WhenPassableAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_conditions.IsBlackhole)
                {
                    return;
                }

                changed = _changed.Task;
            }

            var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
            {
                await Task.WhenAny(changed, cancelled.Task).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
