using System.Threading.RateLimiting;

namespace Rpc;

/// <summary>Where permits come from: a limiter made for each connection, or one for all.</summary>
/// <param name="Index">The position among the limits of methods.</param>
/// <param name="Create">Makes a connection's limiter.</param>
/// <param name="Shared">The one for all.</param>
internal sealed record RateLimitSource(int Index, Func<RpcConnection, RateLimiter>? Create, PartitionedRateLimiter<RpcConnection>? Shared);
