namespace Rpc.Client;

/// <summary>How a client comes back after its connection was lost.</summary>
/// <remarks>Each attempt waits for a random part (full jitter) of a time that doubles from <see cref="InitialDelay"/> to <see cref="MaxDelay"/>, so that the clients
/// of a server that was restarted do not all come at once. Set before the client is made; not changed afterwards.</remarks>
public sealed class RpcReconnectOptions
{
    /// <summary>The most that the first attempt waits. Default 100 ms.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The most that any attempt waits. Default 10 s.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many attempts in a row may fail before the client closes. Default: no limit.</summary>
    public int MaxAttempts { get; set; } = int.MaxValue;

    /// <summary>Whether the first connection is tried again like a later one, until the caller's token is cancelled. Default false: connecting fails at once.</summary>
    public bool RetryFirst { get; set; }

    /// <summary>Whether the session is resumed where the server keeps it: calls, call-backs and streams in flight go on over the new connection, each executed
    /// once. Default true. Without it, or when the session is lost, calls in flight fail with <see cref="RpcStatusCode.Unavailable"/>.</summary>
    public bool Resume { get; set; } = true;

    /// <summary>Further addresses of the service, tried in turn after the first. They may use other transports; a session can be resumed over any that carries a
    /// stream of bytes.</summary>
    public IList<Uri> Addresses { get; } = [];

    /// <summary>What happens to calls while there is no connection. Default <see cref="RpcWhenDisconnected.Wait"/>. One-way calls that return <c>void</c> fail in
    /// any case; those that return a task wait.</summary>
    public RpcWhenDisconnected WhenDisconnected { get; set; }

    /// <summary>How many calls may wait for a connection. Default 10,000. Further ones fail with <see cref="RpcStatusCode.ResourceExhausted"/>.</summary>
    public int MaxWaitingCalls { get; set; } = 10_000;

    /// <summary>Run on each new connection, the first included, before the calls that wait go on: where subscriptions are made again. Not run when a session was
    /// resumed, as nothing was lost then. Failing, it counts as a failed attempt.</summary>
    public Func<RpcConnection, CancellationToken, ValueTask>? Connected { get; set; }

    /// <summary>A number from 0 to below 1, for the jitter.</summary>
    internal Func<double> NextRandom { get; set; } = static () => System.Security.Cryptography.RandomNumberGenerator.GetInt32(1 << 24) / (double)(1 << 24);

    /// <summary>How long an attempt waits.</summary>
    /// <param name="attempt">Its number, from 1.</param>
    internal TimeSpan DelayOf(int attempt)
    {
        var most = InitialDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30));
        return TimeSpan.FromMilliseconds(Math.Min(most, MaxDelay.TotalMilliseconds) * NextRandom());
    }

    internal void Validate()
    {
        CheckTime(InitialDelay, nameof(InitialDelay));
        CheckTime(MaxDelay, nameof(MaxDelay));
        if (MaxAttempts < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxAttempts), MaxAttempts, "MaxAttempts must be at least 1.");
        }

        if (MaxWaitingCalls < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWaitingCalls), MaxWaitingCalls, "MaxWaitingCalls must not be negative.");
        }
    }

    private static void CheckTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero || value > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be zero to a day.");
        }
    }
}
