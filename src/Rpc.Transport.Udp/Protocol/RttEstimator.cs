namespace Rpc.Transport.Udp.Protocol;

/// <summary>Estimates the round-trip time: RFC 9002, section 5. Times in µs.</summary>
internal sealed class RttEstimator
{
    /// <summary>Before the first sample (RFC 9002 has 333 ms; players are nearer).</summary>
    internal const long Initial = 100_000;

    /// <summary>The longest a receiver keeps an acknowledgement back, and the least that is granted to clocks.</summary>
    internal const long MaxAckDelay = 5_000;

    private bool _hasSample;

    internal long Latest { get; private set; } = Initial;

    internal long Smoothed { get; private set; } = Initial;

    internal long Variation { get; private set; } = Initial / 2;

    internal long Minimum { get; private set; } = Initial;

    /// <summary>The probe timeout without back-off: section 6.2.1.</summary>
    internal long ProbeTimeout => Smoothed + Math.Max(4 * Variation, 5_000) + MaxAckDelay;

    /// <summary>How long after a later packet's acknowledgement a packet counts as lost: section 6.1.2.</summary>
    internal long LossDelay => Math.Max(Math.Max(Smoothed, Latest) * 9 / 8, 1_000);

    internal void Add(long sample, long ackDelay)
    {
        sample = Math.Max(sample, 1);
        Latest = sample;
        if (!_hasSample)
        {
            _hasSample = true;
            (Minimum, Smoothed, Variation) = (sample, sample, sample / 2);
            return;
        }

        Minimum = Math.Min(Minimum, sample);
        ackDelay = Math.Min(ackDelay, MaxAckDelay);
        var adjusted = sample >= Minimum + ackDelay ? sample - ackDelay : sample;
        Variation = ((3 * Variation) + Math.Abs(Smoothed - adjusted)) / 4;
        Smoothed = ((7 * Smoothed) + adjusted) / 8;
    }
}
