namespace Rpc.Transport.Udp.Protocol;

/// <summary>The messages on their way out: what is sent first, again, or once more. Times in µs.</summary>
/// <remarks>Small messages overtake large ones: a fragmented message gives a packet at a time, and every second packet at most while small ones wait.</remarks>
internal sealed class MessageSender(PeerOptions options)
{
    /// <summary>Large messages that take turns, so that none waits for the whole of another.</summary>
    private const int MaxStarted = 4;

    /// <summary>Fragments that a large message sends before it is another one's turn.</summary>
    private const int TurnSize = 8;

    private readonly MessagePool _pool = new();
    private readonly MessageWindow _acknowledged = new();
    private readonly LaneOrder _lanes = new();
    private readonly SequenceSlots _slots = new();
    private readonly Queue<OutgoingMessage> _small = new();
    private readonly Queue<OutgoingMessage> _large = new();
    private readonly Queue<OutgoingMessage> _started = new();
    private readonly Queue<OutgoingMessage> _unreliable = new();
    private readonly Queue<OutgoingMessage> _copies = new();
    private readonly Queue<SentFrame> _lost = new();
    private long _credit = options.PeerWindow;
    private long _cost;
    private long _unreliableBytes;
    private bool _isLargeTurn;

    /// <summary>Reliable messages so far: the number of the next.</summary>
    internal long NextId { get; private set; }

    /// <summary>Bytes of reliable messages that the peer has not acknowledged.</summary>
    internal long QueuedBytes { get; private set; }

    internal bool IsEverythingAcknowledged => _acknowledged.First == NextId;

    /// <summary>Unreliable messages that were not sent because they would have come too late.</summary>
    internal long Dropped { get; private set; }

    internal bool HasRoom => QueuedBytes <= options.SendQueueSize / 2 && NextId - _acknowledged.First < MessageFormat.Window * 3 / 4;

    /// <summary>When the next redundant copy is due.</summary>
    internal long CopyDeadline => _copies.Count > 0 ? _copies.Peek().CopyAt : long.MaxValue;

    /// <summary>Whether there is anything to send now.</summary>
    internal bool IsPending(long now) => _lost.Count > 0 || _unreliable.Count > 0 || CopyDeadline <= now || _started.Count > 0 || IsNext(_small) || IsNext(_large);

    /// <summary>Queues a message; false when there is no room for a reliable one.</summary>
    internal bool TrySend(ReadOnlySpan<byte> message, RpcDelivery delivery, uint lane, bool isRedundant, long now)
    {
        isRedundant &= message.Length <= MessageFormat.MaxRedundant;
        if (delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced)
        {
            QueueUnreliable(message, delivery, lane, isRedundant && delivery == RpcDelivery.Sequenced, now);
            return true;
        }

        if ((QueuedBytes > 0 && QueuedBytes + message.Length > options.SendQueueSize) || _acknowledged.IsBeyond(NextId))
        {
            return false;
        }

        var outgoing = _pool.Rent();
        outgoing.Set(message, delivery, isRedundant);
        var id = NextId++;
        _cost += message.Length + MessageFormat.Overhead;
        outgoing.CreditEnd = _cost;
        outgoing.SetReliable(id, delivery == RpcDelivery.Ordered ? _lanes.Append(lane, id, _acknowledged.First) : 0);
        QueuedBytes += message.Length;
        (outgoing.IsFragmented ? _large : _small).Enqueue(outgoing);
        return true;
    }

    /// <summary>Writes as many messages as fit and may be sent.</summary>
    internal void Write(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        WriteLost(ref writer, packet, number);
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

    internal void OnCredit(long credit) => _credit = Math.Max(_credit, credit);

    internal void OnAcknowledged(SentFrame frame)
    {
        var message = frame.Message;
        if (message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && message.OnAcknowledged(frame.Fragment) && message.Missing == 0)
        {
            QueuedBytes -= message.Length;
            _acknowledged.Add(message.Id);
        }

        _pool.Release(message);
    }

    internal void OnLost(SentFrame frame, long packet)
    {
        if (frame.Message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && frame.Message.IsLostWith(frame.Fragment, packet))
        {
            // The reference of the packet becomes that of the queue.
            _lost.Enqueue(frame);
        }
        else
        {
            _pool.Release(frame.Message);
        }
    }

    /// <summary>Sends again what a packet carried, though it may still arrive: a probe.</summary>
    internal void Repeat(SentPacket packet)
    {
        foreach (var frame in packet.Frames)
        {
            if (frame.Message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && !frame.Message.IsAcknowledged(frame.Fragment))
            {
                frame.Message.References++;
                _lost.Enqueue(frame);
            }
        }
    }

    /// <summary>Gives everything back.</summary>
    internal void Clear()
    {
        while (_lost.Count > 0)
        {
            _pool.Release(_lost.Dequeue().Message);
        }

        foreach (var queue in new[] { _small, _large, _started, _unreliable, _copies })
        {
            while (queue.Count > 0)
            {
                _pool.Release(queue.Dequeue());
            }
        }
    }

    private static int HeaderSize(OutgoingMessage message) => message.Delivery switch
    {
        RpcDelivery.Unreliable => 1 + PacketWriter.SizeOf(message.Length),
        RpcDelivery.Sequenced => 4 + PacketWriter.SizeOf(message.Length),
        RpcDelivery.Ordered => 4 + PacketWriter.SizeOf(message.Distance) + PacketWriter.SizeOf(message.Length),
        _ => 4 + PacketWriter.SizeOf(message.Length),
    };

    private static bool TryWrite(ref PacketWriter writer, SentPacket packet, OutgoingMessage message, int fragment, long number)
    {
        var bytes = message.Fragment(fragment);
        var size = HeaderSize(message) + (message.IsFragmented ? PacketWriter.SizeOf(fragment) : 0) + bytes.Length;
        if (size > writer.Remaining)
        {
            return false;
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
            writer.Variable(fragment);
        }

        writer.Bytes(bytes);
        message.OnSent(fragment, number);
        packet.Add(message, fragment);
        packet.IsAckEliciting = true;
        return true;
    }

    private void QueueUnreliable(ReadOnlySpan<byte> message, RpcDelivery delivery, uint lane, bool isRedundant, long now)
    {
        while (_unreliableBytes + message.Length > options.UnreliableQueueSize && _unreliable.Count > 0)
        {
            Dropped++;
            _pool.Release(DequeueUnreliable());
        }

        var outgoing = _pool.Rent();
        outgoing.Set(message, delivery, isRedundant);
        outgoing.Deadline = now + options.UnreliableLifetime;
        if (delivery == RpcDelivery.Sequenced)
        {
            var (slot, sequence) = _slots.Next(lane);
            outgoing.SetSequenced(slot, sequence);
        }

        _unreliableBytes += message.Length;
        _unreliable.Enqueue(outgoing);
    }

    private OutgoingMessage DequeueUnreliable()
    {
        var message = _unreliable.Dequeue();
        _unreliableBytes -= message.Length;
        return message;
    }

    // Credit is counted in the order of the numbers, not in that of sending: else small messages could use up what the large one needs that they follow.
    private bool IsNext(Queue<OutgoingMessage> queue) => queue.Count > 0 && queue.Peek().CreditEnd <= _credit;


    private void WriteLost(ref PacketWriter writer, SentPacket packet, long number)
    {
        while (_lost.Count > 0)
        {
            var (message, fragment) = _lost.Peek();
            if (!message.IsAcknowledged(fragment) && !TryWrite(ref writer, packet, message, fragment, number))
            {
                return;
            }

            _lost.Dequeue();
            _pool.Release(message);
        }
    }

    private void WriteCopies(ref PacketWriter writer, SentPacket packet, long number, long now)
    {
        while (CopyDeadline <= now)
        {
            var message = _copies.Peek();
            var isNeeded = message.Delivery == RpcDelivery.Sequenced ? _slots.IsNewest(message.Slot, message.Sequence) : !message.IsAcknowledged(0);
            if (isNeeded && !TryWrite(ref writer, packet, message, 0, number))
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
            else if (!TryWrite(ref writer, packet, message, 0, number))
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
            if (!TryWrite(ref writer, packet, message, 0, number))
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
            if (_started.Count < MaxStarted && IsNext(_large))
            {
                _started.Enqueue(_large.Dequeue());
            }

            if (_started.Count == 0 || !TryWrite(ref writer, packet, _started.Peek(), _started.Peek().NextFragment, number))
            {
                return;
            }

            var message = _started.Peek();
            message.NextFragment++;
            if (message.NextFragment == message.FragmentCount)
            {
                _pool.Release(_started.Dequeue());
            }
            else if (message.NextFragment % TurnSize == 0)
            {
                _started.Enqueue(_started.Dequeue());
            }
        }
    }

    private void Sent(OutgoingMessage message, long now, bool wasWritten)
    {
        if (wasWritten && message.IsRedundant)
        {
            message.CopyAt = now + options.RedundancyDelay;
            _copies.Enqueue(message);
        }
        else
        {
            _pool.Release(message);
        }
    }
}
