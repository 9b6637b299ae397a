namespace Rpc.Transport.Udp.Protocol;

/// <content>Datagrams out.</content>
internal sealed partial class Peer
{
    private const int MaxProbes = 2;

    private long _paceDeadline = long.MaxValue;
    private long _lastElicited;
    private int _probes;
    private bool _isPingDue;
    private bool _isBareProbe;

    /// <summary>Makes the next datagram.</summary>
    /// <param name="datagram">Where to: <see cref="Packet.LargestSize"/> bytes, or <see cref="Packet.MaxSize"/> where no more is to be sent.</param>
    /// <param name="now">The time.</param>
    /// <returns>Its length; 0 when there is nothing to send now.</returns>
    internal int Produce(Span<byte> datagram, long now)
    {
        if (IsClosed)
        {
            return ProduceClose(datagram, now);
        }

        if (Interruption is not null)
        {
            return ProduceInterrupted(datagram, now);
        }

        if (!_path.CanSend)
        {
            return 0;
        }

        if (MayProbeMtu && _mtu.Due(now) is > 0 and var size && size <= datagram.Length)
        {
            return ProduceMtuProbe(datagram[..size], now);
        }

        var mayElicit = MayElicit(now);
        if (_acknowledger.Deadline > now && !_path.IsDue && !_refused.IsDue && !(mayElicit && IsElicitingDue(now)))
        {
            return 0;
        }

        var headerSize = WriteHeader(datagram, now);
        var writer = new PacketWriter(datagram.Slice(headerSize, Math.Min(Math.Min(_mtu.Size, datagram.Length) - Packet.MaxOverhead, _path.Allowance - headerSize - Packet.TagSize)));
        var packet = _loss.Packets.Rent();

        // Before the acknowledgement, by which a refused packet may seem lost.
        _refused.Write(ref writer);
        if (_acknowledger.IsOwed)
        {
            packet.LargestTold = _acknowledger.Write(ref writer, now);
        }

        packet.IsAckEliciting = _path.Write(ref writer);
        if (mayElicit)
        {
            WriteEliciting(ref writer, packet, now);
        }

        if (writer.Position == 0)
        {
            _loss.Packets.Return(packet);
            return 0;
        }

        return Seal(datagram, headerSize, writer.Position, packet, now);
    }

    /// <summary>A packet that asks for an answer: the end of the handshake.</summary>
    internal void Ping() => _isPingDue = true;

    /// <summary>Changes the keys now rather than when they are worn.</summary>
    internal void Rekey(long now) => _sendKeys.ForceRotate(_loss.Packets.Next, now);

    // Not before the peer has answered: the handshake comes first.
    private bool MayProbeMtu => _loss.LargestAcknowledged >= 0 && _congestion.CanSend && _path.IsValidated;

    private bool IsElicitingDue(long now) =>
        _probes > 0 || _isPingDue || _isEndDue || _receiver.IsCreditDue || _sender.IsPending(now);

    private bool MayElicit(long now)
    {
        _paceDeadline = long.MaxValue;
        if (_probes > 0)
        {
            return true;
        }

        if (!_congestion.CanSend)
        {
            return false;
        }

        var next = _pacer.NextSend(now, _congestion.Window, _loss.Rtt.Smoothed);
        if (next <= now)
        {
            return true;
        }

        _paceDeadline = IsElicitingDue(now) ? next : long.MaxValue;
        return false;
    }

    private void WriteEliciting(ref PacketWriter writer, SentPacket packet, long now)
    {
        if (_receiver.IsCreditDue && writer.Remaining >= 9)
        {
            var credit = _receiver.Credit;
            writer.Byte(Frame.Credit);
            writer.Variable(credit);
            _receiver.OnCreditTold(credit);
            packet.HasCredit = true;
            packet.IsAckEliciting = true;
        }

        if (_isEndDue && writer.Remaining >= 9)
        {
            writer.Byte(Frame.End);
            writer.Variable(_sender.NextId);
            _isEndDue = false;
            packet.HasEnd = true;
            packet.IsAckEliciting = true;
        }

        if (!_isBareProbe || _probes == 0)
        {
            _sender.Write(ref writer, packet, _loss.Packets.Next, now);
        }

        if (_probes > 0 || _isPingDue)
        {
            if (!packet.IsAckEliciting && writer.Remaining > 0)
            {
                writer.Byte(Frame.Ping);
                packet.IsAckEliciting = true;
            }

            _isPingDue = false;
            _probes = Math.Max(0, _probes - 1);
        }
    }

    private int ProduceMtuProbe(Span<byte> datagram, long now)
    {
        var headerSize = WriteHeader(datagram, now);
        var body = datagram[headerSize..^Packet.TagSize];
        body.Clear();
        body[0] = Frame.Ping;
        var packet = _loss.Packets.Rent();
        (packet.IsMtuProbe, packet.IsAckEliciting) = (true, true);
        _mtu.OnProbeSent();
        return Seal(datagram, headerSize, body.Length, packet, now);
    }

    private int ProduceClose(Span<byte> datagram, long now)
    {
        if (_closesToSend == 0)
        {
            return 0;
        }

        _closesToSend--;
        var headerSize = WriteHeader(datagram, now);
        var writer = new PacketWriter(datagram.Slice(headerSize, Packet.MaxBodySize));
        if (_acknowledger.IsOwed)
        {
            // The peer may be waiting for just that.
            _acknowledger.Write(ref writer, now);
        }

        writer.Byte(Frame.Close);
        writer.Byte((byte)_closeCode);
        return Seal(datagram, headerSize, writer.Position, _loss.Packets.Rent(), now);
    }

    private int WriteHeader(Span<byte> datagram, long now)
    {
        var number = _loss.Packets.Next;
        _sendKeys.Rotate(number, now);
        var isLong = number - Math.Max(_loss.LargestAcknowledged, 0) >= PacketNumber.ShortRange;
        var writer = new PacketWriter(datagram);
        writer.Byte((byte)(Packet.Data | (isLong ? Packet.LongNumber : 0) | (_sendKeys.Phase ? Packet.KeyPhase : 0)));
        if (_options.IsClient)
        {
            writer.UInt32(_options.ConnectionId);
        }

        if (isLong)
        {
            writer.UInt32((uint)number);
        }
        else
        {
            writer.UInt16((ushort)number);
        }

        return writer.Position;
    }

    private int Seal(Span<byte> datagram, int headerSize, int bodySize, SentPacket packet, long now)
    {
        var number = _loss.Packets.Next;
        var length = headerSize + bodySize + Packet.TagSize;
        _sendKeys.Seal(number, datagram[..headerSize], datagram.Slice(headerSize, bodySize), datagram.Slice(headerSize + bodySize, Packet.TagSize));
        packet.Size = length;
        if (packet.IsAckEliciting)
        {
            _lastElicited = now;
            _pacer.OnSent(length);
        }

        _loss.OnSent(packet, now);
        _path.OnSent(length);
        BytesSent += length;
        return length;
    }
}
