namespace Rpc.Server;

/// <summary>How a server behaves towards each of its connections.</summary>
public sealed class RpcServerOptions : RpcConnectionOptions
{
    /// <summary>How long the session of a client that wants to resume it is kept after its connection was lost. Default 30 s; <see cref="TimeSpan.Zero"/> for no
    /// sessions. Costs nothing for clients that do not ask.</summary>
    public TimeSpan SessionGracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how long clients may come back when the server shuts down; they are told. Default zero: at once.</summary>
    public TimeSpan DrainRetryAfter { get; set; }

    /// <summary>Where clients are sent when the server shuts down, or null: to one of the addresses that they know.</summary>
    public Uri? DrainAddress { get; set; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (SessionGracePeriod < TimeSpan.Zero || SessionGracePeriod > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(SessionGracePeriod), SessionGracePeriod, "SessionGracePeriod must be zero to a day.");
        }

        if (DrainRetryAfter < TimeSpan.Zero || DrainRetryAfter > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(DrainRetryAfter), DrainRetryAfter, "DrainRetryAfter must be zero to a day.");
        }
    }
}
