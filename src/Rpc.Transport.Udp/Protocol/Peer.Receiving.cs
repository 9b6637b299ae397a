using Rpc.Transports;

namespace Rpc.Transport.Udp.Protocol;

/// <content>Datagrams in.</content>
internal sealed partial class Peer
{
    private long _lastReceived;
    private bool _isEndReceived;

    /// <summary>Takes a datagram, which is decrypted in place.</summary>
    internal ReceiveResult Receive(Span<byte> datagram, long now)
    {
        if (IsClosed || _options.Memory.IsExhausted || !TryOpen(datagram, out var number, out var body))
        {
            return ReceiveResult.Dropped;
        }

        var isNewest = number > _replay.Largest;
        _replay.Add(number);
        _lastReceived = now;
        PacketsReceived++;
        BytesReceived += datagram.Length;
        var reader = new PacketReader(body);
        var isAckEliciting = false;
        while (!reader.IsAtEnd && !IsClosed)
        {
            var type = reader.Byte();
            isAckEliciting |= type is not (Frame.Ack or Frame.Refused or Frame.Pad or Frame.Close);
            if (!OnFrame(type, ref reader, now) || reader.IsMalformed)
            {
                Close(CloseCode.ProtocolViolation, new TransportException(TransportError.ProtocolViolation, "The peer broke the protocol."));
                break;
            }
        }

        if (_receiver.HasRefused)
        {
            _receiver.HasRefused = false;
            _refused.Add(number);
        }
        else if (!IsClosed)
        {
            _acknowledger.OnReceived(number, isAckEliciting, now);
            if (Interruption is not null)
            {
                EndInterruption(now);
            }
        }

        return isNewest ? ReceiveResult.Newest : ReceiveResult.Accepted;
    }

    private bool TryOpen(Span<byte> datagram, out long number, out Span<byte> body)
    {
        number = 0;
        body = default;
        var reader = new PacketReader(datagram);
        var flags = reader.Byte();
        if (!_options.IsClient)
        {
            reader.Bytes(Packet.ConnectionIdSize);
        }

        var isLong = (flags & Packet.LongNumber) != 0;
        var truncated = isLong ? reader.UInt32() : reader.UInt16();
        if (reader.IsMalformed || reader.Remaining < Packet.TagSize || datagram.Length > Packet.LargestSize || !Packet.IsData(flags))
        {
            return false;
        }

        number = PacketNumber.Expand(_replay.Largest + 1, truncated, isLong ? 32 : 16);
        if (number < 0 || _replay.Contains(number))
        {
            return false;
        }

        var headerSize = datagram.Length - reader.Remaining;
        body = datagram[headerSize..^Packet.TagSize];
        if (_receiveKeys.TryOpen((flags & Packet.KeyPhase) != 0, number, datagram[..headerSize], body, datagram[^Packet.TagSize..]))
        {
            return true;
        }

        PacketsRejected++;
        return false;
    }

    private bool OnFrame(byte type, ref PacketReader reader, long now)
    {
        switch (type)
        {
            case Frame.Pad:
            case Frame.Ping:
                return true;
            case Frame.Ack:
                return _loss.OnAck(ref reader, now);
            case Frame.Close:
                OnClose((CloseCode)reader.Byte());
                return true;
            case Frame.PathChallenge:
                _path.OnChallenge(reader.UInt64());
                return true;
            case Frame.PathResponse:
                _path.OnResponse(reader.UInt64());
                return true;
            case Frame.Credit:
                _sender.OnCredit(reader.Variable());
                return true;
            case Frame.End:
                return OnEnd(reader.Variable());
            case Frame.Refused:
                return _loss.OnRefused(reader.Variable());
            case Frame.Unreliable:
            case Frame.Sequenced:
                return _receiver.OnFrame(type, ref reader, now);
            default:
                return Frame.IsReliableMessage(type) && _receiver.OnFrame(type, ref reader, now);
        }
    }

    private bool OnEnd(long count)
    {
        if (_peerEnd >= 0 && _peerEnd != count)
        {
            return false;
        }

        _peerEnd = count;
        return true;
    }

    private void OnClose(CloseCode code) => Finish(code switch
    {
        CloseCode.Normal when IsPeerEnded => null,
        CloseCode.ProtocolViolation => new TransportException(TransportError.ProtocolViolation, "The peer says that this side broke the protocol."),
        CloseCode.Stalled => new TransportException(TransportError.TimedOut, "The peer says that this side did not finish a message for whose memory others waited."),
        CloseCode.Refused => new TransportException(TransportError.ConnectionRefused, "The listener turned the connection away."),
        _ => new TransportException(TransportError.ConnectionReset, "The peer cut the connection."),
    });
}
