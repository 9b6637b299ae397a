namespace Rpc.Transport.Udp.Protocol;

/// <summary>Knows what is in flight, and finds out what was lost: RFC 9002, section 6 and appendix A. Times in µs.</summary>
internal sealed class LossDetector(ISentPacketHandler handler, CongestionController congestion)
{
    /// <summary>Packets acknowledged after one that is then lost: section 6.1.1.</summary>
    private const int PacketThreshold = 3;

    /// <summary>Back-off stops growing here (µs): a path that comes back is found within a second. The connection's own timeout ends it.</summary>
    private const long MaxInterval = 1_000_000;

    private const int MaxDoublings = 10;

    private long _lossTime = long.MaxValue;
    private long _lastAckElicitingAt;
    private int _ackElicitingInFlight;
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
        : _ackElicitingInFlight > 0 ? _lastAckElicitingAt + ProbeInterval : long.MaxValue;

    private long ProbeInterval => Math.Max(Rtt.ProbeTimeout, Math.Min(Rtt.ProbeTimeout << Math.Min(ProbeCount, MaxDoublings), MaxInterval));

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
                    congestion.OnAcknowledged(packet.Size, packet.SentAt);
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
        }

        ProbeCount = 0;
        DetectLost(now);
        return true;
    }

    /// <summary>The deadline has come.</summary>
    /// <returns>Whether to send a probe; otherwise packets were found to be lost.</returns>
    internal bool OnTimeout(long now)
    {
        if (_lossTime != long.MaxValue)
        {
            DetectLost(now);
            return false;
        }

        ProbeCount++;
        if (ProbeCount == 3)
        {
            congestion.OnPersistentCongestion();
        }

        // The next one is counted from here even if nothing can be sent.
        _lastAckElicitingAt = now;
        return true;
    }

    /// <summary>The oldest packet that is not acknowledged, to send again what it carried.</summary>
    internal SentPacket? Oldest => Packets.First < Packets.Next ? Packets[Packets.First] : null;

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
                LostPackets++;
                Settle(packet);
                congestion.OnLost(packet.Size, packet.SentAt, now);
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
