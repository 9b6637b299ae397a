using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rpc;

/// <summary>How a side of a connection behaves; the same for clients and servers.</summary>
/// <remarks>Set before the connection is made; not changed afterwards.</remarks>
public class RpcConnectionOptions
{
    /// <summary>What this side puts up with.</summary>
    public RpcLimits Limits { get; } = new();

    /// <summary>After how long a silence of the peer a ping is sent. Default 15 s; <see cref="Timeout.InfiniteTimeSpan"/> for never.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a ping any byte of the peer must arrive. Default 10 s. A dead peer is noticed within interval and timeout together.</summary>
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a graceful close waits for calls that run. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the text of a handler's own exception reaches the caller. Default false: the caller sees <see cref="RpcStatusCode.Internal"/> without it.</summary>
    public bool IncludeExceptionText { get; set; }

    /// <summary>What this side says of itself in the handshake; the peer sees it as <see cref="RpcConnection.PeerMetadata"/>.</summary>
    public RpcMetadata Metadata { get; } = new();

    /// <summary>The policies that <see cref="RpcAuthorizeAttribute"/> of the contracts served here can name.</summary>
    public RpcPolicies Policies { get; } = new();

    /// <summary>Whether methods served here that have neither <see cref="RpcAuthorizeAttribute"/> nor <see cref="RpcAllowAnonymousAttribute"/>, on them or on their contract,
    /// are denied to everybody. Default false: anybody who is connected may call them.</summary>
    public bool RequireAuthorization { get; set; }

    /// <summary>How often the peer may call. By default as often as it likes; see <see cref="RpcLimits.MaxCallsPerSecond"/> for a simple limit.</summary>
    public RpcRateLimits RateLimit { get; } = new();

    /// <summary>Run around each call that this side makes, the first outermost.</summary>
    public IList<IRpcOutgoingInterceptor> OutgoingInterceptors { get; } = [];

    /// <summary>Run around each call that this side serves, the first outermost.</summary>
    public IList<IRpcIncomingInterceptor> IncomingInterceptors { get; } = [];

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Makes loggers.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Throws for values that cannot be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public virtual void Validate()
    {
        Limits.Validate();
        CheckTime(KeepAliveInterval, nameof(KeepAliveInterval), infinite: true);
        CheckTime(KeepAliveTimeout, nameof(KeepAliveTimeout), infinite: false);
        CheckTime(DrainTimeout, nameof(DrainTimeout), infinite: false);
    }

    private static void CheckTime(TimeSpan value, string name, bool infinite)
    {
        if (value <= TimeSpan.Zero && !(infinite && value == Timeout.InfiniteTimeSpan))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be more than zero.");
        }
    }
}
