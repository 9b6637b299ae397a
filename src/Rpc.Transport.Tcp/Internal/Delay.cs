namespace Rpc.Transport.Tcp.Internal;

/// <summary>Waiting on a <see cref="TimeProvider"/>.</summary>
internal static class Delay
{
    internal static async Task WaitAsync(TimeProvider timeProvider, TimeSpan delay, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var timer = timeProvider.CreateTimer(
            static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), over, delay, Timeout.InfiniteTimeSpan);
        await over.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
