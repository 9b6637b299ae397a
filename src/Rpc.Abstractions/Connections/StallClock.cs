namespace Rpc.Connections;

/// <summary>The monitor's clock in a process, which has one: a look every millisecond.</summary>
internal sealed class StallClock : IStallClock
{
    /// <summary>Milliseconds between two looks.</summary>
    private const int TickMilliseconds = 1;

    /// <summary>An event of the kernel: a semaphore that spins first kept a core busy, 48,000 yields a second, and made a call take 48 instead of 19 µs.</summary>
    private static readonly AutoResetEvent s_wake = new(false);

    public bool WaitForWork() => s_wake.WaitOne();

    // Nobody sets the event while the monitor looks: it waits for the tick.
    public void WaitForTick() => s_wake.WaitOne(TickMilliseconds);

    public void Wake() => s_wake.Set();
}
