namespace Rpc.Connections;

/// <summary>Owns tasks that nobody awaits one by one. Thread safe.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();
    private int _count;
    private TaskCompletionSource<bool>? _empty;

    /// <summary>How many run.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Runs a task that does not throw, on the pool; false when as many run as may.</summary>
    public bool TryTrack(Func<Task> start, int most)
    {
        lock (_gate)
        {
            if (_count >= most)
            {
                return false;
            }

            _count++;
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await start().ConfigureAwait(false);
            }
            finally
            {
                Ended();
            }
        });
        return true;
    }

    /// <summary>Ends when none runs.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Ended()
    {
        TaskCompletionSource<bool>? empty = null;
        lock (_gate)
        {
            if (--_count == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.TrySetResult(true);
    }
}
