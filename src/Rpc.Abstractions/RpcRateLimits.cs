using System.Threading.RateLimiting;

namespace Rpc;

/// <summary>Limits how often the peer may call, with the limiters of <c>System.Threading.RateLimiting</c>. Calls are counted as they arrive, before their arguments are
/// read, those of unknown methods included. A call beyond a limit fails with <see cref="RpcStatusCode.ResourceExhausted"/> and, when the limiter says after what time it is
/// worth trying again, with that <see cref="TimeSpan"/> as detail; a one-way call is dropped and counted. A permit is held until its call has ended, so that a
/// <see cref="ConcurrencyLimiter"/> limits calls that run.</summary>
/// <remarks>Set before the first connection is made; not thread safe. Limiters never queue here: a call has its permit at once or is refused. Factories and partitioners run
/// on the thread that reads the connection, and must not block.</remarks>
public sealed class RpcRateLimits
{
    private readonly Dictionary<string, RateLimitSource> _methods = new(StringComparer.Ordinal);

    internal RateLimitSource? Connections { get; private set; }

    internal int Count => _methods.Count;

    internal bool IsUsed => Connections is not null || _methods.Count > 0;

    /// <summary>Limits all calls of a connection together; the last one named counts.</summary>
    /// <param name="create">Makes the connection's limiter with its first call; disposed with the connection.</param>
    /// <returns>These limits.</returns>
    public RpcRateLimits PerConnection(Func<RpcConnection, RateLimiter> create)
    {
        Connections = new RateLimitSource(0, create ?? throw new ArgumentNullException(nameof(create)), null);
        return this;
    }

    /// <summary>Limits calls across connections, such as those of one user or address; the last one named counts.</summary>
    /// <param name="limiter">The limiter; stays the caller's.</param>
    /// <returns>These limits.</returns>
    public RpcRateLimits PerConnection(PartitionedRateLimiter<RpcConnection> limiter)
    {
        Connections = new RateLimitSource(0, null, limiter ?? throw new ArgumentNullException(nameof(limiter)));
        return this;
    }

    /// <summary>Limits the calls of the methods that name a limit, per connection: those with <see cref="RpcMethodAttribute.RateLimit"/>.</summary>
    /// <param name="name">The limit's name; methods that share it share its permits.</param>
    /// <param name="create">Makes a connection's limiter with its first call of such a method; disposed with the connection.</param>
    /// <returns>These limits.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public RpcRateLimits PerMethod(string name, Func<RpcConnection, RateLimiter> create) =>
        Add(name, new RateLimitSource(_methods.Count, create ?? throw new ArgumentNullException(nameof(create)), null));

    /// <summary>Limits the calls of the methods that name a limit, across connections.</summary>
    /// <param name="name">The limit's name; methods that share it share its permits.</param>
    /// <param name="limiter">The limiter; stays the caller's.</param>
    /// <returns>These limits.</returns>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public RpcRateLimits PerMethod(string name, PartitionedRateLimiter<RpcConnection> limiter) =>
        Add(name, new RateLimitSource(_methods.Count, null, limiter ?? throw new ArgumentNullException(nameof(limiter))));

    /// <exception cref="InvalidOperationException">There is none of the name.</exception>
    internal RateLimitSource Find(string name, RpcMethodDescriptor method) => _methods.TryGetValue(name, out var source)
        ? source
        : throw new InvalidOperationException($"{method} names the rate limit '{name}', which is not known. Add it: options.RateLimit.PerMethod(\"{name}\", …).");

    private RpcRateLimits Add(string name, RateLimitSource source)
    {
        if (string.IsNullOrEmpty(name) || !_methods.TryAdd(name, source))
        {
            throw new ArgumentException(string.IsNullOrEmpty(name) ? "A rate limit has a name." : $"There is a rate limit '{name}' already.", nameof(name));
        }

        return this;
    }
}
