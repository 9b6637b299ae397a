namespace Rpc.Transport.Udp.Protocol;

/// <summary>Decides when to acknowledge: at once on a gap or after two packets, else within 5 ms or with what is sent anyway.</summary>
internal sealed class Acknowledger
{
    private readonly AckRanges _ranges = new();
    private int _unacknowledged;
    private long _largestAt;

    /// <summary>When an acknowledgement must leave (µs); <see cref="long.MaxValue"/> when none is owed.</summary>
    internal long Deadline { get; private set; } = long.MaxValue;

    /// <summary>Whether a packet that is sent anyway should carry one.</summary>
    internal bool IsOwed => _unacknowledged > 0;

    internal void OnReceived(long number, bool isAckEliciting, long now)
    {
        var isLargest = _ranges.Count == 0 || number > _ranges[0].End;
        var isNext = _ranges.Add(number);
        if (isLargest)
        {
            _largestAt = now;
        }

        if (!isAckEliciting)
        {
            return;
        }

        _unacknowledged++;
        Deadline = !isNext || _unacknowledged >= 2 ? now : Math.Min(Deadline, now + RttEstimator.MaxAckDelay);
    }

    /// <summary>Writes the frame: largest, delay in units of 8 µs, ranges.</summary>
    /// <returns>The largest number told; -1 when there is nothing to tell or no room.</returns>
    internal long Write(ref PacketWriter writer, long now)
    {
        if (_ranges.Count == 0 || writer.Remaining < 32)
        {
            return -1;
        }

        var largest = _ranges[0].End;
        writer.Byte(Frame.Ack);
        writer.Variable(largest);
        writer.Variable(Math.Max(0, now - _largestAt) >> 3);
        var countAt = writer.Position;
        writer.Byte(0);
        writer.Variable(_ranges[0].End - _ranges[0].Start);
        var count = 1;
        for (; count < _ranges.Count && writer.Remaining >= 16; count++)
        {
            writer.Variable(_ranges[count - 1].Start - _ranges[count].End - 2);
            writer.Variable(_ranges[count].End - _ranges[count].Start);
        }

        writer.Written[countAt] = (byte)count;
        _unacknowledged = 0;
        Deadline = long.MaxValue;
        return largest;
    }

    /// <summary>An acknowledgement of ours was received.</summary>
    internal void OnAcknowledged(long largestTold) => _ranges.Forget(largestTold);
}
