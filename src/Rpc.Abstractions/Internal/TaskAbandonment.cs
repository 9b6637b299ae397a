namespace Rpc;

/// <summary>Waits for what may not heed its token.</summary>
internal static class TaskAbandonment
{
    /// <summary>Waits for a task, or gives it up when a token is cancelled: it then ends by itself, and how is nobody's business.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async Task<T> OrAbandonAsync<T>(this Task<T> task, CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.RegisterUnsafe(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            if (await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false) != task)
            {
                _ = task.ContinueWith(
                    static abandoned => _ = abandoned.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
                throw new OperationCanceledException(cancellationToken);
            }
        }

        return await task.ConfigureAwait(false);
    }
}
