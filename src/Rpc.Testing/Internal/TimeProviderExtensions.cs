namespace Rpc.Testing.Internal;

/// <summary>Waits by a clock.</summary>
internal static class TimeProviderExtensions
{
    /// <summary>Waits for whole milliseconds, as timers do: rather later than sooner.</summary>
    internal static Task WaitAsync(this TimeProvider timeProvider, TimeSpan time, CancellationToken cancellationToken)
    {
        if (time <= TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        time = TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds));
#if NET8_0_OR_GREATER
        return Task.Delay(time, timeProvider, cancellationToken);
#else
        return timeProvider.Delay(time, cancellationToken);
#endif
    }
}
