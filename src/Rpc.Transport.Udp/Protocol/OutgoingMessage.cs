using System.Buffers;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>A message on its way out. Pooled; it is free when nothing refers to it any more: queue, packets in flight, copy to come.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>In place of a packet's number: not sent yet.</summary>
    private const long Unsent = -1;

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

    internal int FragmentCount { get; private set; }

    /// <summary>The first fragment that was not sent yet.</summary>
    internal int NextFragment { get; set; }

    /// <summary>Fragments that the peer has not acknowledged.</summary>
    internal int Missing { get; private set; }

    /// <summary>The credit that it needs: its cost, and that of all reliable messages before it.</summary>
    internal long CreditEnd { get; set; }

    /// <summary>When it is too late to send (µs): unreliable and sequenced ones.</summary>
    internal long Deadline { get; set; }

    /// <summary>When a redundant copy is due (µs).</summary>
    internal long CopyAt { get; set; }

    internal int References { get; set; }

    internal bool IsFragmented => FragmentCount > 1;

    internal void Set(ReadOnlySpan<byte> message, RpcDelivery delivery, bool isRedundant)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(message.Length, 1));
        message.CopyTo(_buffer);
        Delivery = delivery;
        IsRedundant = isRedundant;
        Length = message.Length;
        FragmentCount = message.Length <= MessageFormat.MaxSingle ? 1 : (message.Length + MessageFormat.FragmentSize - 1) / MessageFormat.FragmentSize;
        Missing = FragmentCount;
        NextFragment = 0;
        _packet = Unsent;
        if (IsFragmented)
        {
            _packets = ArrayPool<long>.Shared.Rent(FragmentCount);
            _packets.AsSpan(0, FragmentCount).Fill(Unsent);
        }
    }

    internal void SetReliable(long id, long distance) => (Id, Distance) = (id, distance);

    internal void SetSequenced(byte slot, ushort sequence) => (Slot, Sequence) = (slot, sequence);

    internal ReadOnlySpan<byte> Fragment(int index) => IsFragmented
        ? _buffer.AsSpan(index * MessageFormat.FragmentSize, Math.Min(MessageFormat.FragmentSize, Length - (index * MessageFormat.FragmentSize)))
        : _buffer.AsSpan(0, Length);

    internal bool IsAcknowledged(int fragment) => Packet(fragment) == Acknowledged;

    internal void OnSent(int fragment, long packet) => Packet(fragment) = packet;

    /// <returns>Whether that was news.</returns>
    internal bool OnAcknowledged(int fragment)
    {
        ref var packet = ref Packet(fragment);
        if (packet == Acknowledged)
        {
            return false;
        }

        packet = Acknowledged;
        Missing--;
        return true;
    }

    /// <summary>Whether the loss of a packet leaves a fragment without a copy in flight.</summary>
    internal bool IsLostWith(int fragment, long packet) => Packet(fragment) == packet;

    internal void Free()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        if (_packets is not null)
        {
            ArrayPool<long>.Shared.Return(_packets);
            _packets = null;
        }
    }

    private ref long Packet(int fragment)
    {
        if (_packets is null)
        {
            return ref _packet;
        }

        return ref _packets[fragment];
    }
}
