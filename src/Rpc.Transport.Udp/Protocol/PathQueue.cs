namespace Rpc.Transport.Udp.Protocol;

/// <summary>Sees from round trips whether packets queue on their way. Times in µs.</summary>
/// <remarks>The least of the last few samples, so that jitter does not look like a queue, beside the least of the last minute.</remarks>
internal sealed class PathQueue
{
    private const int Samples = 8;

    /// <summary>The least delay that counts as a queue, and the most that does not: those of RFC 9406, section 4.3, for the end of slow start. With 2 ms, timers that are late looked like a
    /// queue at 20 ms, and a megabyte took 150 to 1,000 ms at 1 % of loss, where it takes 140.</summary>
    private const long MinDelay = 4_000;
    private const long MaxDelay = 16_000;

    /// <summary>The least of a path is forgotten after once to twice this: the path may have become a longer one.</summary>
    private const long Period = 30_000_000;

    /// <summary>What a queue must have beside the length of the path to be too long (µs).</summary>
    private const long DeepDelay = 2_000;

    private const double MinLossPart = 0.2;

    private readonly long[] _recent = new long[Samples];
    private long _count;
    private long _least = long.MaxValue;
    private long _leastBefore = long.MaxValue;
    private long _periodStart;

    /// <summary>Whether packets wait somewhere. False until there are enough samples.</summary>
    internal bool IsFilling { get; private set; }

    /// <summary>Whether packets wait for longer than they travel, and a little.</summary>
    internal bool IsDeep { get; private set; }

    /// <summary>The least round trip of the path.</summary>
    internal long Least => Math.Min(_least, _leastBefore);

    /// <summary>What a loss takes off the window: a half, as NewReno, where the queue is as long as the path; less where it is short, which jitter may be as well.</summary>
    internal double LossPart { get; private set; } = 0.5;

    internal void Add(long sample, long now)
    {
        if (now - _periodStart > Period)
        {
            (_periodStart, _leastBefore, _least) = (now, _least, long.MaxValue);
        }

        _least = Math.Min(_least, sample);
        _recent[_count++ % Samples] = sample;
        if (_count >= Samples)
        {
            var least = Least;
            var queue = Recent() - least;
            IsFilling = queue >= Math.Min(Math.Max(least / 8, MinDelay), MaxDelay);
            IsDeep = queue >= least + DeepDelay;
            LossPart = Math.Min(Math.Max(0.5 * queue / least, MinLossPart), 0.5);
        }
    }

    private long Recent()
    {
        var least = long.MaxValue;
        foreach (var sample in _recent)
        {
            least = Math.Min(least, sample);
        }

        return least;
    }
}
