namespace Rpc.Transport.Udp.Protocol;

/// <summary>NewReno (RFC 9002, section 7) that tells a loss at a full queue from one by chance. Bytes and µs.</summary>
/// <remarks>NewReno takes every loss for a full queue: at 1 % chance loss and 20 ms, 5 Mbit/s are left of 100. A full queue shows in the round trips before the
/// loss; where they show none, and losses are few, a lost packet takes only its own size off the window. So two of these share a queue as NewReno does, and
/// one beside NewReno gives way as it would.</remarks>
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

    private readonly PathQueue _queue = new();
    private long _threshold = long.MaxValue;
    private long _recoveryStart = -1;
    private double _lost;
    private double _settled = 64;

    internal long Window { get; private set; } = Math.Min(InitialWindow, maxWindow);

    internal long InFlight { get; private set; }

    internal bool CanSend => InFlight + Packet.MaxSize <= Window;

    internal void OnSent(int bytes) => InFlight += bytes;

    internal void OnDiscarded(int bytes) => InFlight -= bytes;

    /// <summary>A round trip was measured.</summary>
    internal void OnRoundTrip(long sample, long now)
    {
        _queue.Add(sample, now);
        if (Window < _threshold && _queue.IsFilling && tolerance > 0)
        {
            // The path is full: what slow start would add would only wait, and delay every call.
            _threshold = Window;
        }
    }

    internal void OnAcknowledged(int bytes, long sentAt)
    {
        // A window that was not used says nothing about the path: section 7.8.
        var isLimited = InFlight * 2 >= Window;
        InFlight -= bytes;
        Settle(lost: 0);
        if (sentAt <= _recoveryStart || !isLimited)
        {
            return;
        }

        var growth = bytes;
        if (Window >= _threshold)
        {
            growth = (int)Math.Max(1, (long)Packet.MaxSize * bytes / Window);
            growth += tolerance > 0 && !_queue.IsFilling ? bytes / GrowthDivisor : 0;
        }

        Window = Math.Min(Window + growth, maxWindow);
    }

    internal void OnLost(int bytes, long sentAt, long now)
    {
        InFlight -= bytes;
        Settle(lost: 1);
        if (sentAt <= _recoveryStart)
        {
            return;
        }

        var least = Math.Min(MinWindow, maxWindow);
        if (!_queue.IsFilling && _lost <= tolerance * _settled)
        {
            Window = Math.Max(Window - bytes, Math.Min(InitialWindow / 2, maxWindow));
            return;
        }

        _recoveryStart = now;
        Window = Math.Max(Window / 2, least);
        _threshold = Window;
    }

    /// <summary>Nothing came through for long: section 7.6.</summary>
    internal void OnPersistentCongestion()
    {
        Window = Math.Min(MinWindow, maxWindow);
        _recoveryStart = -1;
    }

    // The share of lost packets among the last thousand or so.
    private void Settle(int lost)
    {
        _lost += lost;
        _settled++;
        if (_settled >= 1024)
        {
            _lost /= 2;
            _settled /= 2;
        }
    }
}
