namespace Rpc.Transport.Udp.Protocol;

/// <summary>NewReno: RFC 9002, section 7. Bytes and µs.</summary>
/// <param name="maxWindow">The configured cap.</param>
internal sealed class CongestionController(long maxWindow)
{
    internal const long InitialWindow = 10 * Packet.MaxSize;
    internal const long MinWindow = 2 * Packet.MaxSize;

    private long _threshold = long.MaxValue;
    private long _recoveryStart = -1;

    internal long Window { get; private set; } = Math.Min(InitialWindow, maxWindow);

    internal long InFlight { get; private set; }

    internal bool CanSend => InFlight + Packet.MaxSize <= Window;

    internal void OnSent(int bytes) => InFlight += bytes;

    internal void OnDiscarded(int bytes) => InFlight -= bytes;

    internal void OnAcknowledged(int bytes, long sentAt)
    {
        // A window that was not used says nothing about the path: section 7.8.
        var isLimited = InFlight * 2 >= Window;
        InFlight -= bytes;
        if (sentAt <= _recoveryStart || !isLimited)
        {
            return;
        }

        var growth = Window < _threshold ? bytes : Math.Max(1, (long)Packet.MaxSize * bytes / Window);
        Window = Math.Min(Window + growth, maxWindow);
    }

    internal void OnLost(int bytes, long sentAt, long now)
    {
        InFlight -= bytes;
        if (sentAt <= _recoveryStart)
        {
            return;
        }

        _recoveryStart = now;
        Window = Math.Max(Window / 2, Math.Min(MinWindow, maxWindow));
        _threshold = Window;
    }

    /// <summary>Nothing came through for long: section 7.6.</summary>
    internal void OnPersistentCongestion()
    {
        Window = Math.Min(MinWindow, maxWindow);
        _recoveryStart = -1;
    }
}
