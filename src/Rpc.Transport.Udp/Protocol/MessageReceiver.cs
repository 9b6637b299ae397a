using System.Buffers;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>Turns the message frames that arrive into whole messages, each delivered once and by the rules of its mode.</summary>
internal sealed class MessageReceiver(PeerOptions options)
{
    private readonly MessageWindow _received = new();
    private readonly OrderHold _hold = new();
    private readonly SequenceFilter _sequence = new();
    private readonly Dictionary<long, Reassembly> _partial = [];
    private readonly ReassemblyQuota _quota = new(options.ReassemblySize, Reassembly.CostOf(options.MaxMessageSize), options.Reassembly);
    private readonly Stack<long> _released = new();
    private Queue<ReceivedMessage> _ready = new();
    private Sums _waiting;
    private Sums _lent;
    private long _spent;
    private long _returned;
    private long _granted = options.ReceiveWindow;
    private long _unreliableWaiting;
    private bool _isCleared;

    internal bool HasMessage => _ready.Count > 0;

    /// <summary>Whether the peer should be told that it may send more.</summary>
    internal bool IsCreditDue { get; private set; }

    /// <summary>Bytes, with overhead, that the peer may have sent in all.</summary>
    internal long Credit => _returned + options.ReceiveWindow;

    /// <summary>Whether something of the present packet was refused for want of memory: the packet is not acknowledged, so that it comes again.</summary>
    internal bool HasRefused { get; set; }

    /// <summary>Unreliable messages that came late, twice, or faster than they were received.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Whether every reliable message up to a number was received and delivered.</summary>
    internal bool IsComplete(long count) => _received.First >= count && _hold.Count == 0;

    /// <summary>When <see cref="IsTurnOver"/> is to be asked; <see cref="long.MaxValue"/> for never.</summary>
    internal long TurnDeadline => _quota.TurnDeadline;

    /// <summary>Whether the peer has not finished a message in time for whose memory other connections wait.</summary>
    internal bool IsTurnOver(long now) => _quota.IsTurnOver(now);

    /// <summary>Takes a frame after its type byte.</summary>
    /// <returns>False when the peer breaks the protocol.</returns>
    internal bool OnFrame(byte type, ref PacketReader reader, long now)
    {
        if (type == Frame.Unreliable || type == Frame.Sequenced)
        {
            return OnUnreliable(type, ref reader);
        }

        var id = _received.Expand(reader.UInt24());
        var distance = (type & Frame.Ordered) != 0 ? reader.Variable() : 0;
        var length = reader.Variable();
        var isFragment = (type & Frame.Fragment) != 0;
        var first = isFragment ? reader.Variable() : 0;
        var count = isFragment ? reader.Byte() : 0;
        var bytes = reader.Bytes(isFragment ? Reassembly.SizeOf(length, first, count) : length);
        if (reader.IsMalformed || length > options.MaxMessageSize || distance > id || _received.IsBeyond(id))
        {
            return false;
        }

        return _received.Contains(id) || _isCleared || (isFragment ? OnFragment(id, distance, (int)length, (int)first, count, bytes, now) : OnWhole(id, distance, bytes));
    }

    /// <summary>Takes all messages that wait, in exchange for an empty queue. What was taken before has now been received by the application: only
    /// then the peer may send more.</summary>
    internal void TakeAll(ref Queue<ReceivedMessage> messages)
    {
        options.Memory.Release(_lent.Bytes);
        _unreliableWaiting -= _lent.Unreliable;
        _returned += _lent.Cost;
        IsCreditDue |= _lent.Cost > 0 && Credit - _granted >= options.ReceiveWindow / 4;
        _lent = _waiting;
        _waiting = default;
        (messages, _ready) = (_ready, messages);
    }

    /// <summary>The credit was told, or what told it was lost.</summary>
    internal void OnCreditTold(long credit)
    {
        _granted = Math.Max(_granted, credit);
        IsCreditDue = false;
    }

    internal void OnCreditLost() => IsCreditDue = true;

    /// <summary>Drops everything: nobody receives any more.</summary>
    internal void Clear()
    {
        _isCleared = true;
        options.Memory.Release(_lent.Bytes);
        (_lent, _waiting) = (default, default);
        while (_ready.Count > 0)
        {
            Return(_ready.Dequeue());
        }

        foreach (var message in _hold.Messages)
        {
            Return(message);
        }

        _hold.Clear();
        DropUnfinished();
    }

    /// <summary>Nothing arrives any more: what is not whole never will be.</summary>
    internal void DropUnfinished()
    {
        foreach (var partial in _partial.Values)
        {
            _quota.Release(partial);
            partial.Free();
        }

        _partial.Clear();
    }

    private static ReceivedMessage Copy(ReadOnlySpan<byte> bytes, int cost)
    {
        var buffer = MessageBuffers.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return new ReceivedMessage(buffer, bytes.Length, cost);
    }

    private void Enqueue(ReceivedMessage message)
    {
        _ready.Enqueue(message);
        _waiting.Bytes += message.Length;
        _waiting.Cost += message.Cost;
        _waiting.Unreliable += message.Cost == 0 ? message.Length : 0;
    }

    private void Return(ReceivedMessage message)
    {
        options.Memory.Release(message.Length);
        MessageBuffers.Return(message.Buffer);
    }

    private bool OnUnreliable(byte type, ref PacketReader reader)
    {
        var (slot, sequence) = type == Frame.Sequenced ? (reader.Byte(), reader.UInt16()) : ((byte)0, (ushort)0);
        var bytes = reader.Bytes(reader.Variable());
        if (reader.IsMalformed)
        {
            return false;
        }

        if (_isCleared || _unreliableWaiting + bytes.Length > options.ReceiveWindow || (type == Frame.Sequenced && !_sequence.Pass(slot, sequence)))
        {
            Dropped++;
            return true;
        }

        _unreliableWaiting += bytes.Length;
        options.Memory.Charge(bytes.Length);
        Enqueue(Copy(bytes, cost: 0));
        return true;
    }

    private bool OnWhole(long id, long distance, ReadOnlySpan<byte> bytes)
    {
        // A message that came in fragments does not come whole, too.
        if (_partial.ContainsKey(id) || !TrySpend(bytes.Length))
        {
            return false;
        }

        options.Memory.Charge(bytes.Length);
        Settle(id, distance, Copy(bytes, bytes.Length + MessageFormat.Overhead));
        return true;
    }

    private bool OnFragment(long id, long distance, int length, int first, int count, ReadOnlySpan<byte> bytes, long now)
    {
        if (!_partial.TryGetValue(id, out var partial))
        {
            if (_spent + length + MessageFormat.Overhead > _granted)
            {
                return false;
            }

            if (TryBegin(id, length) is not { } begun)
            {
                HasRefused = true;
                return true;
            }

            partial = begun;
        }

        if (partial.Length != length)
        {
            return false;
        }

        if (partial.CostOfMore(first, count) is > 0 and var cost && !_quota.TryTake(partial, cost, IsFirst(id), now))
        {
            HasRefused = true;
            return true;
        }

        partial.Add(first, bytes);
        if (partial.IsComplete)
        {
            _partial.Remove(id);
            _quota.Release(partial);
            options.Memory.Charge(length);
            Settle(id, distance, new ReceivedMessage(partial.Assemble(), length, length + MessageFormat.Overhead));
            partial.Free();
        }

        return true;
    }

    private bool IsFirst(long id) => id == _received.First;

    // Credit alone is spent by what is claimed; it was found to suffice.
    private Reassembly? TryBegin(long id, int length)
    {
        var partial = SharedPool<Reassembly>.Rent();
        partial.Begin(length);
        if (!_quota.TryBegin(partial, IsFirst(id)))
        {
            partial.Free();
            return null;
        }

        TrySpend(length);
        _partial.Add(id, partial);
        return partial;
    }

    private bool TrySpend(int length)
    {
        _spent += length + MessageFormat.Overhead;
        return _spent <= _granted;
    }

    private void Settle(long id, long distance, ReceivedMessage message)
    {
        _received.Add(id);
        var follows = id - distance;
        if (distance > 0 && (!_received.Contains(follows) || _hold.IsHeld(follows)))
        {
            _hold.Add(id, follows, message);
            return;
        }

        Enqueue(message);
        if (_hold.Count > 0)
        {
            Release(id);
        }
    }

    private void Release(long delivered)
    {
        _released.Push(delivered);
        while (_released.Count > 0)
        {
            var id = _released.Peek();
            if (_hold.TryRelease(id, out var next, out var message))
            {
                Enqueue(message);
                _released.Push(next);
            }
            else
            {
                _released.Pop();
            }
        }
    }

    /// <summary>Of several messages: bytes, credit, and bytes of those that cost none.</summary>
    private struct Sums
    {
        internal long Bytes;
        internal long Cost;
        internal long Unreliable;
    }
}
