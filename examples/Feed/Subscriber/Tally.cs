using System.Diagnostics;
using Feed.Contracts;

namespace Feed.Subscriber;

/// <summary>Checks that the prices of each symbol come in order and that each one that is left out is accounted for, and measures.</summary>
internal sealed class Tally(int symbols)
{
    private readonly long[] _last = new long[symbols];
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _previous;
    private TimeSpan _longestGap;

    public int Count { get; private set; }

    public long Replaced { get; private set; }

    /// <summary>Prices that came out of order, or after ones that nobody accounted for.</summary>
    public int Holes { get; private set; }

    public void Add(Price price)
    {
        var now = Stopwatch.GetTimestamp();
        if (Count > 0)
        {
            _longestGap = TimeSpan.FromTicks(Math.Max(_longestGap.Ticks, Stopwatch.GetElapsedTime(_previous, now).Ticks));
        }

        // The first price of a symbol is wherever the market was.
        ref var last = ref _last[price.Symbol];
        if (last != 0 && price.Number != last + 1 + price.Replaced)
        {
            Holes++;
        }

        last = price.Number;
        _previous = now;
        Count++;
        Replaced += price.Replaced;
    }

    public override string ToString()
    {
        var elapsed = Stopwatch.GetElapsedTime(_started);
        return $"{Count:N0} prices in {elapsed.TotalSeconds:N2} s: {Count / elapsed.TotalSeconds:N0} a second, longest gap {_longestGap.TotalMilliseconds:N1} ms, "
            + $"{Replaced:N0} replaced by later ones, {(Holes == 0 ? "no hole" : $"{Holes:N0} HOLES")}";
    }
}
