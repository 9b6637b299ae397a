using System.Diagnostics;

namespace Rpc.Benchmarks.Load.Workloads;

/// <summary>Runs callers for a while and counts what they did in the measured part.</summary>
public sealed class Meter
{
    private readonly RunOptions _options;
    private readonly List<Counter> _counters = [];
    private volatile bool _stop;

    public Meter(RunOptions options) => _options = options;

    public bool IsStopped => _stop;

    /// <summary>Units done in the measured part.</summary>
    public long Counted { get; private set; }

    /// <summary>Seconds measured.</summary>
    public double Elapsed { get; private set; }

    /// <summary>Bytes allocated by this process in the measured part.</summary>
    public long Allocated { get; private set; }

    public double PerSecond => Counted / Elapsed;

    /// <summary>A counter for one caller, who alone writes it.</summary>
    public Counter NewCounter()
    {
        var counter = new Counter();
        lock (_counters)
        {
            _counters.Add(counter);
        }

        return counter;
    }

    /// <summary>Starts the callers, warms up, measures, and waits until they have stopped.</summary>
    public async Task RunAsync(IEnumerable<Func<Task>> callers, Func<ValueTask>? measureStarts = null, Func<ValueTask>? measureEnds = null)
    {
        var running = callers.Select(static caller => Task.Run(caller)).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(_options.WarmUpSeconds));
        if (measureStarts is not null)
        {
            await measureStarts();
        }

        var before = Sum();
        var allocated = GC.GetTotalAllocatedBytes();
        var started = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(_options.Seconds));
        Elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Counted = Sum() - before;
        Allocated = GC.GetTotalAllocatedBytes() - allocated;
        if (measureEnds is not null)
        {
            await measureEnds();
        }

        _stop = true;
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private long Sum()
    {
        lock (_counters)
        {
            return _counters.Sum(static counter => Volatile.Read(ref counter.Value));
        }
    }

    public sealed class Counter
    {
        public long Value;
    }
}
