namespace Rpc.Testing;

/// <summary>One direction of a bad network for packets: what is sent comes out later, or not, or twice. The same seed and the same sends give the same
/// result. It has no clock of its own: every call says what time it is, so hours may pass in a moment. Not thread safe.</summary>
public sealed class SimulatedLink
{
    private readonly SortedDictionary<(long At, long Number), byte[]> _onTheWay = [];
    private readonly Random _random;
    private NetworkConditions _conditions;
    private long _number;
    private long _lastArrival;
    private long _freeAt;
    private long _burstEnd;

    /// <summary>Creates the link.</summary>
    /// <param name="conditions">What it does.</param>
    /// <param name="seed">What chance begins with.</param>
    public SimulatedLink(NetworkConditions conditions, int seed)
    {
        _conditions = conditions ?? throw new ArgumentNullException(nameof(conditions));
#pragma warning disable CA5394 // Chance that repeats is the point.
        _random = new Random(seed);
#pragma warning restore CA5394
    }

    /// <summary>What it does; may be replaced at any time.</summary>
    public NetworkConditions Conditions
    {
        get => _conditions;
        set => _conditions = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Packets that were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Packets that were lost.</summary>
    public long Lost { get; private set; }

    /// <summary>Bytes that were sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Packets on the way.</summary>
    public int Count => _onTheWay.Count;

    /// <summary>When the next packet arrives; null when none is on the way.</summary>
    public TimeSpan? NextArrival
    {
        get
        {
            foreach (var entry in _onTheWay)
            {
                return TimeSpan.FromTicks(entry.Key.At);
            }

            return null;
        }
    }

    /// <summary>Sends a packet.</summary>
    /// <param name="packet">The packet; copied.</param>
    /// <param name="now">The time, from any origin, never less than before.</param>
    public void Send(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        Sent++;
        BytesSent += packet.Length;
        if ((_conditions.MaxPacketSize > 0 && packet.Length > _conditions.MaxPacketSize) || IsLost(now.Ticks) || !TryQueue(packet.Length, now.Ticks, out var sentAt))
        {
            Lost++;
            return;
        }

        Deliver(packet.ToArray(), sentAt);
        if (Chance(_conditions.Duplication))
        {
            Deliver(packet.ToArray(), sentAt);
        }
    }

    /// <summary>Takes the next packet that has arrived.</summary>
    /// <param name="now">The time.</param>
    /// <param name="packet">The packet.</param>
    /// <returns>False when none has.</returns>
    public bool TryReceive(TimeSpan now, out byte[] packet)
    {
        foreach (var entry in _onTheWay)
        {
            if (entry.Key.At > now.Ticks)
            {
                break;
            }

            packet = entry.Value;
            _onTheWay.Remove(entry.Key);
            return true;
        }

        packet = [];
        return false;
    }

    private bool IsLost(long now)
    {
        if (_conditions.IsBlackhole)
        {
            return true;
        }

        if (now >= _burstEnd && Chance(_conditions.BurstLoss))
        {
            _burstEnd = now + _conditions.BurstDuration.Ticks;
        }

        return now < _burstEnd || Chance(_conditions.Loss);
    }

    private bool TryQueue(int length, long now, out long sentAt)
    {
        sentAt = now;
        if (_conditions.BytesPerSecond <= 0)
        {
            return true;
        }

        var start = Math.Max(now, _freeAt);
        if ((start - now) * (double)_conditions.BytesPerSecond / TimeSpan.TicksPerSecond > _conditions.QueueSize)
        {
            return false;
        }

        sentAt = _freeAt = start + (length * TimeSpan.TicksPerSecond / _conditions.BytesPerSecond);
        return true;
    }

    private void Deliver(byte[] packet, long sentAt)
    {
        if (packet.Length > 0 && Chance(_conditions.Corruption))
        {
            packet[(int)(Next() * packet.Length)] ^= (byte)(1 + (int)(Next() * 255));
        }

        var arrival = sentAt + _conditions.Delay.Ticks + (long)(Next() * _conditions.Jitter.Ticks);
        if (Chance(_conditions.Reordering))
        {
            arrival += (long)(Next() * _conditions.ReorderingDelay.Ticks);
        }
        else
        {
            arrival = _lastArrival = Math.Max(arrival, _lastArrival);
        }

        _onTheWay.Add((arrival, _number++), packet);
    }

    private bool Chance(double probability) => probability > 0 && Next() < probability;

#pragma warning disable CA5394 // Chance that repeats is the point.
    private double Next() => _random.NextDouble();
#pragma warning restore CA5394
}
