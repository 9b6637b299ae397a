namespace Rpc.Transport.Udp.Protocol;

/// <summary>Finds out how long a datagram may be on its path: RFC 8899. Bytes and µs.</summary>
/// <remarks>The longest that is asked for first, for most paths carry it; then by halves. A probe carries nothing that matters, and its loss means no congestion.</remarks>
internal sealed class PathMtu
{
    /// <summary>Probes of a size that are lost before it counts as too long: RFC 8899, section 5.1.2.</summary>
    private const int MaxFailures = 3;

    /// <summary>The search ends when what is known to pass and what is known not to are this near.</summary>
    private const int Precision = 16;

    /// <summary>Long packets lost in a row, none of them acknowledged, that mean that the path has become narrower.</summary>
    private const int MaxLosses = 6;

    /// <summary>Until a longer datagram is tried again: section 5.1.1. A path that has lost long ones for no visible reason is tried earlier.</summary>
    private const long RaiseInterval = 600_000_000;
    private const long RetryInterval = 60_000_000;

    private readonly int _limit;
    private int _high;
    private int _candidate;
    private int _failures;
    private int _losses;
    private bool _isProbing;
    private long _restFor;
    private long _next = long.MaxValue;

    /// <param name="limit">The longest to try; <see cref="Packet.MaxSize"/> for no search.</param>
    internal PathMtu(int limit)
    {
        _limit = limit;
        Restart();
    }

    /// <summary>The longest datagram that is known to pass.</summary>
    internal int Size { get; private set; } = Packet.MaxSize;

    /// <summary>When the next probe is due; <see cref="long.MaxValue"/> while one is in flight, or nothing is to be found.</summary>
    internal long Deadline => _isProbing ? long.MaxValue : _next;

    /// <summary>The length of a probe that is due; 0 when none is.</summary>
    internal int Due(long now)
    {
        if (_restFor > 0)
        {
            (_next, _restFor) = (now + _restFor, 0);
        }

        return !_isProbing && now >= _next ? _candidate : 0;
    }

    internal void OnProbeSent() => _isProbing = true;

    internal void OnProbeAcknowledged(int size)
    {
        _isProbing = false;
        if (size == _candidate)
        {
            Size = size;
            _losses = 0;
            Narrow();
        }
    }

    internal void OnProbeLost(int size)
    {
        _isProbing = false;
        if (size == _candidate && ++_failures == MaxFailures)
        {
            _high = size;
            Narrow();
        }
    }

    /// <summary>A packet that was no probe arrived.</summary>
    internal void OnAcknowledged(int size)
    {
        if (size > Packet.MaxSize)
        {
            _losses = 0;
        }
    }

    /// <summary>A packet that was no probe was lost.</summary>
    internal void OnLost(int size)
    {
        if (size > Packet.MaxSize && size <= Size && ++_losses == MaxLosses)
        {
            OnBlackHole();
        }
    }

    /// <summary>Nothing comes through: back to what every path carries.</summary>
    internal void OnBlackHole()
    {
        if (Size > Packet.MaxSize)
        {
            Restart();
            _restFor = RetryInterval;
            _next = long.MaxValue - 1;
        }
    }

    /// <summary>The path is another one.</summary>
    internal void Restart()
    {
        if (_limit > Packet.MaxSize)
        {
            Size = Packet.MaxSize;
            (_high, _candidate, _failures, _losses, _restFor, _next) = (_limit + 1, _limit, 0, 0, 0, 0);
        }
    }

    private void Narrow()
    {
        _failures = 0;
        if (Size >= _limit)
        {
            _next = long.MaxValue;
        }
        else if (_high - Size <= Precision)
        {
            // Found; the path may become wider.
            (_high, _candidate, _restFor, _next) = (_limit + 1, _limit, RaiseInterval, long.MaxValue - 1);
        }
        else
        {
            _candidate = (Size + _high) / 2;
        }
    }
}
