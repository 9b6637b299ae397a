namespace Rpc.Transport.Udp.Protocol;

/// <summary>The messages on their way out: what is sent first, again, or once more. Times in µs.</summary>
/// <remarks>Small messages overtake large ones: a fragmented message gives a packet at a time, and every second packet at most while small ones wait.</remarks>
internal sealed partial class MessageSender(PeerOptions options)
{
    /// <summary>Large messages that take turns, so that none waits for the whole of another.</summary>
    private const int MaxStarted = 4;

    /// <summary>Units that a large message sends before it is another one's turn: eight packets of 1,200 bytes.</summary>
    private const int TurnSize = 32;

    /// <summary>Fewer units are not worth the rest of a packet, unless they are the last.</summary>
    private const int LeastRun = 3;

    /// <summary>What is left of the unfinished large messages when the peer had no room for one.</summary>
    private const double RefusedShare = 0.75;

    /// <summary>How many more of them there may be, at least, for each that is finished.</summary>
    private const double UnfinishedGrowth = 1.0 / 32;

    private readonly MessagePool _pool = new();
    private readonly MessageWindow _acknowledged = new();
    private readonly LaneOrder _lanes = new();
    private readonly SequenceSlots _slots = new();
    private readonly Queue<OutgoingMessage> _small = new();
    private readonly Queue<OutgoingMessage> _large = new();
    private readonly List<OutgoingMessage> _started = [];
    private readonly Queue<OutgoingMessage> _unreliable = new();
    private readonly Queue<OutgoingMessage> _copies = new();
    private readonly Queue<OutgoingMessage> _lostSmall = new();
    private readonly List<OutgoingMessage> _lostLarge = [];
    private long _credit = options.PeerWindow;
    private long _cost;
    private long _unreliableBytes;
    private bool _isLargeTurn;
    private int _turn;
    private int _unfinished;
    private double _mostUnfinished = double.MaxValue;
    private long _refusedBefore;

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
    internal bool IsPending(long now) => _lostSmall.Count > 0 || _lostLarge.Count > 0 || _unreliable.Count > 0 || CopyDeadline <= now || _started.Count > 0 || IsNext(_small) || IsNextLarge;

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

    internal void OnCredit(long credit) => _credit = Math.Max(_credit, credit);

    internal void OnAcknowledged(SentFrame frame)
    {
        var message = frame.Message;
        if (message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered && message.OnAcknowledged(frame.First, frame.Count))
        {
            QueuedBytes -= message.Length;
            _acknowledged.Add(message.Id);
            if (message.IsFragmented)
            {
                _unfinished--;
                _mostUnfinished += _unfinished + MaxStarted >= _mostUnfinished ? Math.Max(1 / _mostUnfinished, UnfinishedGrowth) : 0;
            }
        }

        _pool.Release(message);
    }

    internal void OnLost(SentFrame frame, long packet)
    {
        var message = frame.Message;
        if (message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered)
        {
            message.OnLost(frame.First, frame.Count, packet);
            QueueLost(message);
        }

        _pool.Release(message);
    }

    /// <summary>The peer had no room for the parts of large messages in a packet: fewer are to be unfinished at a time. As a congestion window, once a round trip, and one more a
    /// round trip later.</summary>
    /// <param name="packet">Its number.</param>
    /// <param name="next">The number of the next packet to be sent.</param>
    internal void OnRefused(long packet, long next)
    {
        if (packet >= _refusedBefore && _unfinished <= _mostUnfinished)
        {
            _refusedBefore = next;
            _mostUnfinished = Math.Max(1, _unfinished * RefusedShare);
        }
    }

    /// <summary>Sends again what a packet carried, though it may still arrive: a probe.</summary>
    internal void Repeat(SentPacket packet)
    {
        foreach (var (message, first, count) in packet.Frames)
        {
            if (message.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered)
            {
                message.Repeat(first, count);
                QueueLost(message);
            }
        }
    }

    /// <summary>Gives everything back.</summary>
    internal void Clear()
    {
        foreach (var queue in new[] { _small, _large, _unreliable, _copies, _lostSmall })
        {
            while (queue.Count > 0)
            {
                _pool.Release(queue.Dequeue());
            }
        }

        foreach (var list in new[] { _started, _lostLarge })
        {
            foreach (var message in list)
            {
                _pool.Release(message);
            }

            list.Clear();
        }
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

    private bool IsNextLarge => _unfinished < _mostUnfinished && IsNext(_large);

    // Large ones in the order of their numbers: what the peer has not room for at once, it takes in that order.
    private void QueueLost(OutgoingMessage message)
    {
        if (message.LostCount == 0 || message.IsInLost)
        {
            return;
        }

        message.IsInLost = true;
        message.References++;
        if (!message.IsFragmented)
        {
            _lostSmall.Enqueue(message);
            return;
        }

        var at = _lostLarge.Count;
        while (at > 0 && _lostLarge[at - 1].Id > message.Id)
        {
            at--;
        }

        _lostLarge.Insert(at, message);
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
