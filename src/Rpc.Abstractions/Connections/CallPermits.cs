using System.Threading.RateLimiting;
using Rpc.Diagnostics;

namespace Rpc.Connections;

/// <summary>The permits that a connection's calls need where calls are limited. Used by the reader alone; freed after it.</summary>
internal sealed class CallPermits : IDisposable
{
    private static readonly RpcException s_failed = new(RpcStatusCode.ResourceExhausted, "The call was not started: its limit could not be checked.");

    private readonly Connection _connection;
    private readonly RpcRateLimits _limits;
    private readonly RateLimiter?[] _methodLimiters;
    private RateLimiter? _limiter;

    // What the call that is being read holds so far.
    private RateLimitLease? _first;
    private RateLimitLease? _second;

    public CallPermits(Connection connection, RpcRateLimits limits)
    {
        _connection = connection;
        _limits = limits;
        _methodLimiters = new RateLimiter?[limits.Count];
    }

    /// <summary>Takes what any call needs; why it may not be, or null.</summary>
    public RpcException? Take() => _limits.Connections is { } source ? Take(source, ref _limiter) : null;

    /// <summary>Takes what a method needs beside.</summary>
    public RpcException? Take(RateLimitSource source) => Take(source, ref _methodLimiters[source.Index]);

    /// <summary>Hands over what was taken, to be disposed when the call has ended; null when there is nothing.</summary>
    public IDisposable? Hand()
    {
        var (first, second) = (_first, _second);
        (_first, _second) = (null, null);
        return second is null ? first : first is null ? second : new Both(first, second);
    }

    /// <summary>Gives back what was taken for a call that is not started.</summary>
    public void GiveBack() => Hand()?.Dispose();

    public void Dispose()
    {
        GiveBack();
        _limiter?.Dispose();
        foreach (var limiter in _methodLimiters)
        {
            limiter?.Dispose();
        }
    }

    private RpcException? Take(RateLimitSource source, ref RateLimiter? limiter)
    {
        RateLimitLease lease;
        try
        {
            lease = source.Shared is { } shared ? shared.AttemptAcquire(_connection) : (limiter ??= source.Create!(_connection)).AttemptAcquire();
        }
        catch (Exception e)
        {
            _connection.Logger.RateLimiterFailed(e);
            return s_failed;
        }

        if (lease.IsAcquired)
        {
            if (_first is null)
            {
                _first = lease;
            }
            else
            {
                _second = lease;
            }

            return null;
        }

        using (lease)
        {
            return lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                ? RpcException.WithDetail(RpcStatusCode.ResourceExhausted, "Calls arrive too fast; this one was not started.", after)
                : new RpcException(RpcStatusCode.ResourceExhausted, "Calls arrive too fast; this one was not started.");
        }
    }

    private sealed class Both : IDisposable
    {
        private readonly RateLimitLease _first;
        private readonly RateLimitLease _second;

        public Both(RateLimitLease first, RateLimitLease second)
        {
            _first = first;
            _second = second;
        }

        public void Dispose()
        {
            _first.Dispose();
            _second.Dispose();
        }
    }
}
