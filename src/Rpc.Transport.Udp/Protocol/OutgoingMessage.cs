using System.Buffers;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message on its way out. Pooled; it is free when nothing refers to it any more: queue, packets in flight, copy to come.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>In place of a packet's number: not sent yet.</summary>
    private const long Unsent = -1;

    /// <summary>In place of a packet's number: to be sent again.</summary>
    private const long Lost = -2;

    /// <summary>In place of a packet's number: the peer has it.</summary>
    private const long Acknowledged = long.MaxValue;

    private byte[] _buffer = [];
    private long _packet;
    private long[]? _packets;

    internal RpcDelivery Delivery { get; private set; }

    /// <summary>The number of a reliable message.</summary>
    internal long Id { get; private set; }

    /// <summary>How many messages before it stands the one that must be delivered first; 0 for none.</summary>
    internal long Distance { get; private set; }

    /// <summary>The slot of a sequenced message.</summary>
    internal byte Slot { get; private set; }

    /// <summary>The number of a sequenced message in its slot.</summary>
    internal ushort Sequence { get; private set; }

    internal bool IsRedundant { get; private set; }

    internal int Length { get; private set; }

    /// <summary>Units of <see cref="MessageFormat.UnitSize"/>; 1 for a message that travels in one piece.</summary>
    internal int UnitCount { get; private set; }

    /// <summary>The first unit that was not sent yet.</summary>
    internal int NextUnit { get; set; }

    /// <summary>The unit at which it is another large message's turn.</summary>
    internal int TurnEnd { get; set; }

    /// <summary>Units to be sent again.</summary>
    internal int LostCount { get; private set; }

    /// <summary>Whether it is among the large messages of which something is to be sent again.</summary>
    internal bool IsInLost { get; set; }

    /// <summary>Units that the peer has not acknowledged.</summary>
    internal int Missing { get; private set; }

    /// <summary>The credit that it needs: its cost, and that of all reliable messages before it.</summary>
    internal long CreditEnd { get; set; }

    /// <summary>When it is too late to send (µs): unreliable and sequenced ones.</summary>
    internal long Deadline { get; set; }

    /// <summary>When a redundant copy is due (µs).</summary>
    internal long CopyAt { get; set; }

    internal int References { get; set; }

    internal bool IsFragmented => UnitCount > 1;

    internal void Set(ReadOnlySpan<byte> message, RpcDelivery delivery, bool isRedundant)
    {
        _buffer = MessageBuffers.Rent(message.Length);
        message.CopyTo(_buffer);
        Delivery = delivery;
        IsRedundant = isRedundant;
        Length = message.Length;
        UnitCount = message.Length <= MessageFormat.MaxSingle ? 1 : MessageFormat.Units(message.Length);
        Missing = UnitCount;
        (NextUnit, TurnEnd, LostCount, IsInLost) = (0, 0, 0, false);
        _packet = Unsent;
        if (IsFragmented)
        {
            _packets = ArrayPool<long>.Shared.Rent(UnitCount);
            _packets.AsSpan(0, UnitCount).Fill(Unsent);
        }
    }

    internal void SetReliable(long id, long distance) => (Id, Distance) = (id, distance);

    internal void SetSequenced(byte slot, ushort sequence) => (Slot, Sequence) = (slot, sequence);

    /// <summary>The bytes of a run of units.</summary>
    internal ReadOnlySpan<byte> Bytes(int first, int count) => IsFragmented
        ? _buffer.AsSpan(first * MessageFormat.UnitSize, Math.Min(count * MessageFormat.UnitSize, Length - (first * MessageFormat.UnitSize)))
        : _buffer.AsSpan(0, Length);

    internal bool IsAcknowledged(int unit) => Packet(unit) == Acknowledged;

    internal void OnSent(int first, int count, long packet)
    {
        for (var unit = first; unit < first + count; unit++)
        {
            Set(unit, packet);
        }
    }

    /// <returns>Whether that made the message whole at the peer.</returns>
    internal bool OnAcknowledged(int first, int count)
    {
        var before = Missing;
        for (var unit = first; unit < first + count; unit++)
        {
            Missing -= IsAcknowledged(unit) ? 0 : 1;
            Set(unit, Acknowledged);
        }

        return before > 0 && Missing == 0;
    }

    /// <summary>A packet was lost: those of the units that have no later copy in flight are to be sent again.</summary>
    internal void OnLost(int first, int count, long packet)
    {
        for (var unit = first; unit < first + count; unit++)
        {
            if (Packet(unit) == packet)
            {
                Set(unit, Lost);
            }
        }
    }

    /// <summary>Sends units again though they may still arrive.</summary>
    internal void Repeat(int first, int count)
    {
        for (var unit = first; unit < first + count; unit++)
        {
            Set(unit, Lost);
        }
    }

    /// <summary>The first units to be sent again. There are some.</summary>
    internal (int First, int Count) NextLost()
    {
        var packets = _packets.AsSpan(0, UnitCount);
        var first = packets.IndexOf(Lost);
        var end = first;
        while (end < packets.Length && packets[end] == Lost)
        {
            end++;
        }

        return (first, end - first);
    }

    internal void Free()
    {
        MessageBuffers.Return(_buffer);
        _buffer = [];
        if (_packets is not null)
        {
            ArrayPool<long>.Shared.Return(_packets);
            _packets = null;
        }
    }

    private void Set(int unit, long value)
    {
        ref var packet = ref Packet(unit);
        if (packet != Acknowledged)
        {
            LostCount += (value == Lost ? 1 : 0) - (packet == Lost ? 1 : 0);
            packet = value;
        }
    }

    private ref long Packet(int unit)
    {
        if (_packets is null)
        {
            return ref _packet;
        }

        return ref _packets[unit];
    }
}
