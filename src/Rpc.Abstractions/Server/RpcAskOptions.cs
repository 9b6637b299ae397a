namespace Rpc.Server;

/// <summary>When a question to a group ends.</summary>
public sealed record RpcAskOptions
{
    /// <summary>How long is waited for answers, in all. Default 10 s; more than zero, at most 24 days.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many answers are enough; those that have not come by then are cancelled. Default null: all. At least 1. Members that fail do not count, and no
    /// number of them ends the question earlier, as the answers that do come are wanted all the same.</summary>
    public int? Quorum { get; init; }

    /// <summary>How many members are asked at once; the next one is asked when one has answered. Default null: all.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Which members are asked. Default null: all.</summary>
    public Func<RpcConnection, bool>? Where { get; init; }

    /// <summary>The clock for <see cref="Timeout"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        if (Timeout <= TimeSpan.Zero || Timeout.TotalMilliseconds > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, "Timeout must be more than zero and at most 24 days.");
        }

        if (Quorum < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Quorum), Quorum, "Quorum must be 1 or more.");
        }

        if (MaxConcurrency < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxConcurrency), MaxConcurrency, "MaxConcurrency must be 1 or more.");
        }
    }
}
