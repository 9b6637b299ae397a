using System.Diagnostics;

namespace Rpc.Benchmarks.Load.Reporting;

/// <summary>Collects durations without allocating while it measures; keeps the newest when it is full.</summary>
public sealed class Latencies
{
    private readonly long[] _ticks = new long[1 << 20];
    private int _count;

    public void Add(long ticks) => _ticks[_count++ & (_ticks.Length - 1)] = ticks;

    public void Clear() => _count = 0;

    /// <summary>Microseconds at a fraction of the sorted durations.</summary>
    public double At(double fraction)
    {
        var count = Math.Min(_count, _ticks.Length);
        if (count == 0)
        {
            return double.NaN;
        }

        var sorted = _ticks.AsSpan(0, count).ToArray();
        Array.Sort(sorted);
        return sorted[(int)((count - 1) * fraction)] * 1e6 / Stopwatch.Frequency;
    }
}
