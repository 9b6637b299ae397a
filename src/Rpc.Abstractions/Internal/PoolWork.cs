namespace Rpc;

/// <summary>Work that is queued to the thread pool without an allocation where the platform can.</summary>
internal abstract class PoolWork
#if NET8_0_OR_GREATER
    : IThreadPoolWorkItem
#endif
{
#if !NET8_0_OR_GREATER
    private static readonly WaitCallback s_execute = static state => ((PoolWork)state!).Execute();
#endif

    /// <summary>Runs on a thread of the pool.</summary>
    public abstract void Execute();

    /// <summary>Queues the work, without the caller's execution context.</summary>
    public void Queue() =>
#if NET8_0_OR_GREATER
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
#else
        ThreadPool.UnsafeQueueUserWorkItem(s_execute, this);
#endif
}
