#if !NET8_0_OR_GREATER
namespace Rpc.Transport.Udp.Internal;

/// <summary>What later frameworks have on <see cref="Task"/> itself.</summary>
internal static class TaskPolyfills
{
    internal static Task WaitAsync(this Task task, CancellationToken cancellationToken) =>
        task.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    internal static Task<T> WaitAsync<T>(this Task<T> task, CancellationToken cancellationToken) =>
        task.WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
}
#endif
