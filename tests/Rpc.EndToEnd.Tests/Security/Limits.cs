using System.Threading.RateLimiting;

namespace Rpc.EndToEnd.Tests.Security;

/// <summary>Limiters of the tests: none of them changes with time.</summary>
internal static class Limits
{
    public static RateLimiter None(RpcConnection connection) => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = int.MaxValue });

    public static Func<RpcConnection, RateLimiter> AtOnce(int count) => _ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = count });

    /// <summary>So many calls, and no more for a day.</summary>
    public static Func<RpcConnection, RateLimiter> Ever(int count) => _ => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
    {
        TokenLimit = count,
        TokensPerPeriod = count,
        ReplenishmentPeriod = TimeSpan.FromDays(1),
        AutoReplenishment = false,
    });
}
