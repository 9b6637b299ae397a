namespace Rpc.Transport.Udp.Protocol;

/// <content>What goes into a packet.</content>
internal sealed partial class MessageSender
{
    /// <summary>Writes as many messages as fit and may be sent.</summary>
    internal void Write(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        WriteLostSmall(ref writer, packet, number);
        WriteCopies(ref writer, packet, number, now);
        WriteUnreliable(ref writer, packet, number, now);
        if (_isLargeTurn || _small.Count == 0)
        {
            _isLargeTurn = false;
            WriteLarge(ref writer, packet, number);
            WriteSmall(ref writer, packet, number, now);
        }
        else
        {
            _isLargeTurn = true;
            WriteSmall(ref writer, packet, number, now);
            WriteLarge(ref writer, packet, number);
        }
    }

    private void WriteLostSmall(ref PacketWriter writer, SentPacket packet, long number)
    {
        while (_lostSmall.Count > 0)
        {
            var message = _lostSmall.Peek();
            if (message.LostCount > 0 && !TryWrite(ref writer, packet, message, number))
            {
                return;
            }

            _lostSmall.Dequeue().IsInLost = false;
            _pool.Release(message);
        }
    }

    private void WriteCopies(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        while (CopyDeadline <= now)
        {
            var message = _copies.Peek();
            var isNeeded = message.Delivery == RpcDelivery.Sequenced ? _slots.IsNewest(message.Slot, message.Sequence) : !message.IsAcknowledged(0);
            if (isNeeded && !TryWrite(ref writer, packet, message, number))
            {
                return;
            }

            _copies.Dequeue();
            _pool.Release(message);
        }
    }

    private void WriteUnreliable(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        while (_unreliable.Count > 0)
        {
            var message = _unreliable.Peek();
            var isLate = message.Deadline < now || (message.Delivery == RpcDelivery.Sequenced && !_slots.IsNewest(message.Slot, message.Sequence));
            if (isLate)
            {
                Dropped++;
            }
            else if (!TryWrite(ref writer, packet, message, number))
            {
                return;
            }

            DequeueUnreliable();
            Sent(message, now, wasWritten: !isLate);
        }
    }

    private void WriteSmall(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        while (IsNext(_small))
        {
            var message = _small.Peek();
            if (!TryWrite(ref writer, packet, message, number))
            {
                return;
            }

            _small.Dequeue();
            Sent(message, now, wasWritten: true);
        }
    }

    private void WriteLarge(ref PacketWriter writer, SentPacket packet, long number)
    {
        while (true)
        {
            if (_started.Count < MaxStarted && IsNextLarge)
            {
                _started.Add(_large.Dequeue());
                _unfinished++;
            }

            if (_lostLarge.Count > 0 && (_started.Count == 0 || _lostLarge[0].Id <= _started[0].Id))
            {
                if (!WriteLost(ref writer, packet, number))
                {
                    return;
                }
            }
            else if (_started.Count == 0 || !WriteStarted(ref writer, packet, number))
            {
                return;
            }
        }
    }

    /// <returns>Whether it is done with, and there may be room for more.</returns>
    private bool WriteLost(ref PacketWriter writer, SentPacket packet, long number)
    {
        var message = _lostLarge[0];
        while (message.LostCount > 0)
        {
            var (first, count) = message.NextLost();
            if (TryWrite(ref writer, packet, new SentFrame(message, first, count), number) < count)
            {
                return false;
            }
        }

        _lostLarge.RemoveAt(0);
        message.IsInLost = false;
        _pool.Release(message);
        return true;
    }

    /// <returns>Whether there may be room for more.</returns>
    private bool WriteStarted(ref PacketWriter writer, SentPacket packet, long number)
    {
        // While anything is to be sent again, the oldest goes first; else they take turns.
        _turn = _lostLarge.Count > 0 || _turn >= _started.Count ? 0 : _turn;
        var message = _started[_turn];
        message.TurnEnd = message.NextUnit < message.TurnEnd ? message.TurnEnd : Math.Min(message.NextUnit + TurnSize, message.UnitCount);
        var written = TryWrite(ref writer, packet, new SentFrame(message, message.NextUnit, message.TurnEnd - message.NextUnit), number);
        message.NextUnit += written;
        if (message.NextUnit == message.UnitCount)
        {
            _started.RemoveAt(_turn);
            _pool.Release(message);
        }
        else if (message.NextUnit == message.TurnEnd)
        {
            _turn++;
        }

        return written > 0;
    }

    private static int HeaderSize(OutgoingMessage message) => message.Delivery switch
    {
        RpcDelivery.Unreliable => 1 + PacketWriter.SizeOf(message.Length),
        RpcDelivery.Sequenced => 4 + PacketWriter.SizeOf(message.Length),
        RpcDelivery.Ordered => 4 + PacketWriter.SizeOf(message.Distance) + PacketWriter.SizeOf(message.Length),
        _ => 4 + PacketWriter.SizeOf(message.Length),
    };

    /// <summary>Writes a message that travels in one piece.</summary>
    private static bool TryWrite(ref PacketWriter writer, SentPacket packet, OutgoingMessage message, long number) =>
        TryWrite(ref writer, packet, new SentFrame(message, 0, 1), number) > 0;

    /// <summary>Writes a message, or as much of a run of units as fits.</summary>
    /// <returns>The units written.</returns>
    private static int TryWrite(ref PacketWriter writer, SentPacket packet, SentFrame frame, long number)
    {
        var (message, first, count) = frame;
        var headerSize = HeaderSize(message);
        if (message.IsFragmented)
        {
            headerSize += PacketWriter.SizeOf(first) + 1;
            var fitting = Math.Min(Math.Max(0, (writer.Remaining - headerSize) / MessageFormat.UnitSize), byte.MaxValue);
            if (fitting < Math.Min(count, LeastRun) && message.Bytes(first, count).Length + headerSize > writer.Remaining)
            {
                return 0;
            }

            // The last unit may be a short one.
            count = Math.Min(count, message.Bytes(first, Math.Min(count, fitting + 1)).Length + headerSize <= writer.Remaining ? fitting + 1 : fitting);
        }

        var bytes = message.Bytes(first, count);
        if (headerSize + bytes.Length > writer.Remaining)
        {
            return 0;
        }

        switch (message.Delivery)
        {
            case RpcDelivery.Unreliable:
                writer.Byte(Frame.Unreliable);
                break;
            case RpcDelivery.Sequenced:
                writer.Byte(Frame.Sequenced);
                writer.Byte(message.Slot);
                writer.UInt16(message.Sequence);
                break;
            default:
                var isOrdered = message.Delivery == RpcDelivery.Ordered;
                writer.Byte((byte)(Frame.Message | (isOrdered ? Frame.Ordered : 0) | (message.IsFragmented ? Frame.Fragment : 0)));
                writer.UInt24((uint)message.Id);
                if (isOrdered)
                {
                    writer.Variable(message.Distance);
                }

                break;
        }

        writer.Variable(message.Length);
        if (message.IsFragmented)
        {
            writer.Variable(first);
            writer.Byte((byte)count);
        }

        writer.Bytes(bytes);
        message.OnSent(first, count, number);
        packet.Add(message, first, count);
        packet.IsAckEliciting = true;
        return count;
    }
}
