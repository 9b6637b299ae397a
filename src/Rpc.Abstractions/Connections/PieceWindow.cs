namespace Rpc.Connections;

/// <summary>How many bytes of pieces may be on their way to a peer that acknowledges them: as many as keep the path busy, and few beyond, as what is sent after them waits behind them.</summary>
/// <remarks>
/// <para>After TCP Vegas: in each round (until what was under way at its start has been acknowledged) the shortest time from piece to acknowledgement is compared with
/// the shortest of all. What it is longer by is the time spent in queues, so that share of the bytes under way stands in queues. Few there: the window grows, if it was what
/// held the sender up. Many: it shrinks.</para>
/// <para>A path may become longer for good, so the shortest time is measured anew when it has not been seen for a while, with one piece under way at a time.</para>
/// <para>No clock and no lock of its own: the sender's lock guards it.</para>
/// </remarks>
internal sealed class PieceWindow
{
    /// <summary>The window at first.</summary>
    public const int Start = 512 * 1024;

    /// <summary>The least window: one piece that is read and one on its way to be.</summary>
    public const int Least = 128 * 1024;

    /// <summary>The largest window: 10 Gbit/s over 50 ms.</summary>
    public const int Most = 64 * 1024 * 1024;

    /// <summary>With fewer bytes than this in queues the window grows, by half a round.</summary>
    private const int FewQueued = 64 * 1024;

    /// <summary>With more bytes than this in queues the window shrinks by what is beyond, at most by half a round.</summary>
    private const int ManyQueued = 128 * 1024;

    /// <summary>How long the shortest time counts, in seconds, as in BBR.</summary>
    private const int BaseSeconds = 10;

    private readonly Queue<(long Position, long Time, long Flight)> _pieces = new();
    private readonly long _baseAge;
    private long _sent;
    private long _acked;
    private long _roundEnd;
    private long _roundLeast = long.MaxValue;
    private long _roundFlight;
    private bool _isLimiting;

    // The pieces of a round were sent in the one before: what a change does shows in the second after it.
    private bool _isSettling;
    private long _base = long.MaxValue;
    private long _baseTime;
    private long _size = Start;
    private Probe _probe;

    /// <param name="frequency">Units of the times that are passed in, a second.</param>
    public PieceWindow(long frequency) => _baseAge = BaseSeconds * frequency;

    private enum Probe
    {
        None,

        /// <summary>What was under way goes on its way to be acknowledged.</summary>
        Draining,

        /// <summary>A piece alone is measured.</summary>
        Measuring,
    }

    /// <summary>Whether another piece may be sent. It may exceed the window: at least one is always under way.</summary>
    public bool IsOpen => _sent - _acked < (_probe == Probe.None ? _size : 1);

    /// <summary>The bytes that may be under way.</summary>
    public long Size => _size;

    /// <summary>The bytes that were acknowledged.</summary>
    public long Acked => Volatile.Read(ref _acked);

    /// <summary>A piece would be sent, were it not for the window.</summary>
    public void OnLimited() => _isLimiting = true;

    /// <summary>A piece is sent.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="now">The time.</param>
    public void OnSent(int bytes, long now)
    {
        if (_sent == _acked)
        {
            _roundEnd = _sent + bytes;
        }

        _sent += bytes;
        _pieces.Enqueue((_sent, now, _sent - _acked));
    }

    /// <summary>The peer tells of pieces that it has taken.</summary>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when there are more than were sent.</returns>
    public bool TryAck(long bytes, long now)
    {
        if (bytes > _sent - _acked)
        {
            return false;
        }

        Volatile.Write(ref _acked, _acked + bytes);
        while (_pieces.Count > 0 && _pieces.Peek().Position <= _acked)
        {
            var (_, time, flight) = _pieces.Dequeue();
            var taken = Math.Max(1, now - time);
            if (taken < _roundLeast)
            {
                _roundLeast = taken;
                _roundFlight = flight;
            }
        }

        if (_acked >= _roundEnd && _roundLeast != long.MaxValue)
        {
            EndRound(now);
        }

        return true;
    }

    private void EndRound(long now)
    {
        if (_probe == Probe.Measuring)
        {
            _base = long.MaxValue;
            _probe = Probe.None;
        }

        if (_roundLeast <= _base)
        {
            _base = _roundLeast;
            _baseTime = now;
        }

        if (_probe == Probe.Draining)
        {
            if (_sent == _acked)
            {
                _probe = Probe.Measuring;
            }
        }
        else if (now - _baseTime > _baseAge)
        {
            _probe = _sent == _acked ? Probe.Measuring : Probe.Draining;
        }
        else if (_isSettling)
        {
            _isSettling = false;
        }
        else
        {
            var size = _size;
            Adapt();
            _isSettling = size != _size;
        }

        _roundEnd = _sent;
        _roundLeast = long.MaxValue;
        _isLimiting = false;
    }

    private void Adapt()
    {
        var queued = (long)(_roundFlight * (1 - ((double)_base / _roundLeast)));
        if (queued > ManyQueued)
        {
            _size = Math.Max(Least, _size - Math.Min(queued - ManyQueued, _size / 2));
        }
        else if (queued < FewQueued && _isLimiting)
        {
            _size = Math.Min(Most, _size + (_size / 2));
        }
    }
}
