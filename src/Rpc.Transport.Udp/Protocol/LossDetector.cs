namespace Rpc.Transport.Udp.Protocol;

/// <summary>Knows what is in flight, and finds out what was lost: RFC 9002, section 6 and appendix A. Times in µs.</summary>
internal sealed class LossDetector(ISentPacketHandler handler, CongestionController congestion)
{
    /// <summary>Packets acknowledged after one that is then lost: section 6.1.1.</summary>
    private const int PacketThreshold = 3;

    /// <summary>Back-off stops growing here (µs): a path that comes back is found within a second. The connection's own timeout ends it.</summary>
    private const long MaxInterval = 1_000_000;

    private const int MaxDoublings = 10;

    /// <summary>Probes without an acknowledgement after which only the timeout of the newest packet counts.</summary>
    private const int MaxEarlyProbes = 4;

    /// <summary>Probes without an acknowledgement that mean more than a loss: the early ones, and three timeouts.</summary>
    private const int PersistentProbes = MaxEarlyProbes + 3;

    private long _lossTime = long.MaxValue;
    private long _lastAckElicitingAt;
    private int _ackElicitingInFlight;
    private long _unprobed;
    private long _largestAcknowledged = -1;

    internal RttEstimator Rtt { get; } = new();

    internal SentPackets Packets { get; } = new();

    /// <summary>Probe timeouts since anything was acknowledged.</summary>
    internal int ProbeCount { get; private set; }

    internal long LostPackets { get; private set; }

    internal bool HasAckElicitingInFlight => _ackElicitingInFlight > 0;

    /// <summary>The oldest number that the peer may not have seen acknowledged, for the length of the numbers that travel.</summary>
    internal long LargestAcknowledged => _largestAcknowledged;

    /// <summary>When <see cref="OnTimeout"/> is due; <see cref="long.MaxValue"/> for never.</summary>
    internal long Deadline => _lossTime != long.MaxValue
        ? _lossTime
        : _ackElicitingInFlight > 0 ? Math.Min(EarlyDeadline, _lastAckElicitingAt + ProbeInterval) : long.MaxValue;

    // A packet is probed for one probe timeout after it was sent, though others were sent since, which RFC 9002 would wait for: at 20 calls a second
    // and 100 ms, a lost call then takes 217 ms instead of 258 ms.
    private long EarlyDeadline => ProbeCount < MaxEarlyProbes && Unprobed is { } packet ? packet.SentAt + Rtt.ProbeTimeout : long.MaxValue;

    // The oldest packet in flight that was not probed for.
    private SentPacket? Unprobed
    {
        get
        {
            _unprobed = Math.Max(_unprobed, Packets.First);
            while (_unprobed < Packets.Next && Packets[_unprobed] is null)
            {
                _unprobed++;
            }

            return Packets[_unprobed];
        }
    }

    private long ProbeInterval => Math.Max(Rtt.ProbeTimeout, Math.Min(Rtt.ProbeTimeout << Math.Min(Math.Max(0, ProbeCount - MaxEarlyProbes), MaxDoublings), MaxInterval));

    internal void OnSent(SentPacket packet, long now)
    {
        packet.Number = Packets.Next;
        packet.SentAt = now;
        if (!packet.IsAckEliciting)
        {
            // Never acknowledged, never lost.
            Packets.Add(null);
            Packets.Return(packet);
            return;
        }

        Packets.Add(packet);
        _ackElicitingInFlight++;
        _lastAckElicitingAt = now;
        congestion.OnSent(packet.Size);
    }

    /// <summary>Takes the frame after its type byte.</summary>
    /// <returns>False when it acknowledges what was never sent.</returns>
    internal bool OnAck(ref PacketReader reader, long now)
    {
        var largest = reader.Variable();
        var delay = reader.Variable() << 3;
        var count = reader.Byte();
        var end = largest;
        if (reader.IsMalformed || largest >= Packets.Next || count == 0)
        {
            return false;
        }

        long newestSentAt = -1;
        var newestIsLargest = false;
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                end -= reader.Variable();
            }

            var start = end - reader.Variable();
            if (reader.IsMalformed || start < 0)
            {
                return false;
            }

            for (var number = Math.Min(end, Packets.Next - 1); number >= Math.Max(start, Packets.First); number--)
            {
                if (Packets[number] is { } packet)
                {
                    if (packet.SentAt > newestSentAt)
                    {
                        newestSentAt = packet.SentAt;
                    }

                    newestIsLargest |= number == largest;
                    Settle(packet);
                    congestion.OnAcknowledged(packet.Size, packet.SentAt, now);
                    handler.OnAcknowledged(packet);
                    Packets.Return(packet);
                }
            }

            end = start - 2;
        }

        if (newestSentAt < 0)
        {
            return true;
        }

        _largestAcknowledged = Math.Max(_largestAcknowledged, largest);
        if (newestIsLargest)
        {
            Rtt.Add(now - newestSentAt, delay);
            congestion.OnRoundTrip(Math.Max(now - newestSentAt - Math.Min(delay, RttEstimator.MaxAckDelay), 1), now);
        }

        ProbeCount = 0;
        DetectLost(now);
        return true;
    }

    /// <summary>The peer had no room for what a packet carried: it must be sent again, but says nothing about the path.</summary>
    /// <returns>False when it was never sent.</returns>
    internal bool OnRefused(long number)
    {
        if (number >= Packets.Next)
        {
            return false;
        }

        if (Packets[number] is { } packet)
        {
            Settle(packet);
            congestion.OnRefused(packet.Size, packet.SentAt);
            handler.OnRefused(packet);
            Packets.Return(packet);
            ProbeCount = 0;
        }

        return true;
    }

    /// <summary>The deadline has come.</summary>
    /// <param name="now">The time.</param>
    /// <param name="overdue">The packet to probe for: what it carried is sent again.</param>
    /// <returns>Whether to send a probe; otherwise packets were found to be lost.</returns>
    internal bool OnTimeout(long now, out SentPacket? overdue)
    {
        overdue = null;
        if (_lossTime != long.MaxValue)
        {
            DetectLost(now);
            return false;
        }

        if (now >= EarlyDeadline)
        {
            overdue = Unprobed;
            _unprobed++;
        }
        else
        {
            overdue = Packets[Packets.First];

            // The next one is counted from here even if nothing can be sent.
            _lastAckElicitingAt = now;
        }

        ProbeCount++;
        if (ProbeCount == PersistentProbes)
        {
            congestion.OnPersistentCongestion();
        }

        return true;
    }

    /// <summary>The peer is heard again after a long silence: the oldest packets in flight are probed for at once.</summary>
    internal void Restart(long now)
    {
        ProbeCount = 0;
        _unprobed = Packets.First;
        _lastAckElicitingAt = now;
    }

    /// <summary>Forgets all that is in flight: the connection is over.</summary>
    internal void Clear()
    {
        for (var number = Packets.First; number < Packets.Next; number++)
        {
            if (Packets[number] is { } packet)
            {
                Settle(packet);
                congestion.OnDiscarded(packet.Size);
            }
        }

        _lossTime = long.MaxValue;
    }

    private void Settle(SentPacket packet)
    {
        Packets.Remove(packet.Number);
        _ackElicitingInFlight--;
    }

    private void DetectLost(long now)
    {
        _lossTime = long.MaxValue;
        var delay = Rtt.LossDelay;
        for (var number = Packets.First; number <= _largestAcknowledged; number++)
        {
            if (Packets[number] is not { } packet)
            {
                continue;
            }

            if (number <= _largestAcknowledged - PacketThreshold || packet.SentAt + delay <= now)
            {
                Settle(packet);
                if (packet.IsMtuProbe)
                {
                    // It was too long, which says nothing about congestion: RFC 8899, section 3.
                    congestion.OnDiscarded(packet.Size);
                }
                else
                {
                    LostPackets++;
                    congestion.OnLost(packet.Size, packet.SentAt, now);
                }

                handler.OnLost(packet);
                Packets.Return(packet);
            }
            else
            {
                _lossTime = Math.Min(_lossTime, packet.SentAt + delay);
            }
        }
    }
}
