namespace Rpc.Transport.Udp.Protocol;

/// <summary>NewReno (RFC 9002, section 7) that tells a loss at a full queue from one by chance. Bytes and µs.</summary>
/// <remarks>NewReno takes every loss for a full queue: at 1 % chance loss and 20 ms, 5 Mbit/s are left of 100; this has 94. A full queue shows in the round trips before the
/// loss; where they show none, and losses are few, a lost packet takes only its own size off the window. So two of these share a queue as NewReno does, and
/// one beside NewReno gives way as it would. A queue longer than the path, which a buffer of megabytes holds without a loss, is given way to before it is full.</remarks>
/// <param name="maxWindow">The configured cap.</param>
/// <param name="tolerance">The share of packets that may be lost by chance; 0 makes it NewReno alone.</param>
internal sealed class CongestionController(long maxWindow, double tolerance = CongestionController.Tolerance)
{
    internal const long InitialWindow = 10 * Packet.MaxSize;
    internal const long MinWindow = 2 * Packet.MaxSize;

    /// <summary>More losses than these are congestion, whatever the round trips say: a queue may be too short to be seen.</summary>
    internal const double Tolerance = 0.1;

    /// <summary>While there is no queue, the window grows by this part a round trip: it holds its own against 3 % of chance losses.</summary>
    private const int GrowthDivisor = 32;

    /// <summary>For so much of the round trip (µs), a packet a round trip is added, where NewReno adds one: two flows on a long path find their shares in seconds rather
    /// than minutes.</summary>
    private const long StepTime = 25_000;

    /// <summary>A queue that is longer than the path takes this part off the window, once a round trip.</summary>
    private const int DrainDivisor = 4;

    /// <summary>Round trips in a row that such a queue may outlive though it was given way to; then it is somebody else's, and is competed with.</summary>
    private const int MaxDrains = 8;

    /// <summary>The share of losses is taken as if so many packets had arrived before: the first few losses say nothing.</summary>
    private const int FewestSettled = 64;

    private readonly PathQueue _queue = new();
    private long _threshold = long.MaxValue;
    private long _recoveryStart = -1;
    private long _drainStart = -1;
    private int _drains;
    private double _lost;
    private double _settled = FewestSettled;

    internal long Window { get; private set; } = Math.Min(InitialWindow, maxWindow);

    internal long InFlight { get; private set; }

    internal bool CanSend => InFlight + Packet.MaxSize <= Window;

    internal void OnSent(int bytes) => InFlight += bytes;

    internal void OnDiscarded(int bytes) => InFlight -= bytes;

    /// <summary>A packet came through that the peer had no room for.</summary>
    internal void OnRefused(int bytes, long sentAt)
    {
        InFlight -= bytes;
        Settle(sentAt, lost: 0);
    }

    /// <summary>A round trip was measured.</summary>
    internal void OnRoundTrip(long sample, long now)
    {
        _queue.Add(sample, now);
        if (Window < _threshold && _queue.IsFilling && tolerance > 0)
        {
            // The path is full: what slow start would add would only wait, and delay every call.
            _threshold = Window;
        }

        _drains = _queue.IsDeep ? _drains : 0;
    }

    internal void OnAcknowledged(int bytes, long sentAt, long now)
    {
        // A window that was not used says nothing about the path: section 7.8.
        var isLimited = InFlight * 2 >= Window;
        InFlight -= bytes;
        Settle(sentAt, lost: 0);
        if (sentAt <= _recoveryStart || !isLimited)
        {
            return;
        }

        if (tolerance > 0 && _queue.IsDeep && _drains < MaxDrains)
        {
            Drain(sentAt, now);
            return;
        }

        var growth = bytes;
        if (Window >= _threshold)
        {
            var step = tolerance > 0 ? Math.Max(1, _queue.Least / StepTime) : 1;
            growth = (int)Math.Max(1, step * Packet.MaxSize * bytes / Window);
            growth += tolerance > 0 && !_queue.IsFilling ? bytes / GrowthDivisor : 0;
        }

        Window = Math.Min(Window + growth, maxWindow);
    }

    internal void OnLost(int bytes, long sentAt, long now)
    {
        InFlight -= bytes;
        Settle(sentAt, lost: 1);
        if (sentAt <= _recoveryStart)
        {
            return;
        }

        var least = Math.Min(MinWindow, maxWindow);
        if (!_queue.IsFilling && _lost <= tolerance * _settled)
        {
            Window = Math.Max(Window - bytes, Math.Min(InitialWindow / 2, Window));
            return;
        }

        _recoveryStart = now;
        var part = tolerance > 0 && _lost <= tolerance * _settled ? _queue.LossPart : 0.5;
        Window = Math.Max(Window - (long)(Window * part), least);
        _threshold = Window;
        (_lost, _settled) = (0, FewestSettled);
    }

    /// <summary>Nothing came through for long: section 7.6.</summary>
    internal void OnPersistentCongestion()
    {
        Window = Math.Min(MinWindow, maxWindow);
        _recoveryStart = -1;
    }

    private void Drain(long sentAt, long now)
    {
        if (sentAt > _drainStart)
        {
            _drainStart = now;
            _drains++;
            Window = Math.Max(Window - (Window / DrainDivisor), Math.Min(InitialWindow, maxWindow));
            _threshold = Math.Min(_threshold, Window);
        }
    }

    // The share of lost packets among the last thousand or so, of this window and while nothing queued: what overflows a queue is answered by the queue, and what a larger window
    // lost says nothing about the one that took its place. Else the end of slow start is taken for chance losses beyond the tolerance, and each later loss halves the window.
    private void Settle(long sentAt, int lost)
    {
        if (sentAt <= _recoveryStart || _queue.IsFilling)
        {
            return;
        }

        _lost += lost;
        _settled++;
        if (_settled >= 1024)
        {
            _lost /= 2;
            _settled /= 2;
        }
    }
}
