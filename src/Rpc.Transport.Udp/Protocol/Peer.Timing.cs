using Rpc.Transports;

namespace Rpc.Transport.Udp.Protocol;

/// <content>Deadlines.</content>
internal sealed partial class Peer
{
    /// <summary>Probes without an answer after which long datagrams are given up.</summary>
    private const int BlackHoleAfter = 3;

    /// <summary>Probes after which every other carries nothing but PING.</summary>
    private const int BareProbesAfter = 2;

    /// <summary>The peer's newest packet came from an address that did not prove to be his.</summary>
    internal void OnPathChanged(int received, long now)
    {
        _path.Begin(received, _loss.Rtt.ProbeTimeout, now);
        _mtu.Restart();
    }

    /// <summary>When <see cref="OnTimeout"/> is due; <see cref="long.MaxValue"/> for never. Read after <see cref="Produce"/> gave nothing more.</summary>
    internal long Deadline
    {
        get
        {
            if (IsClosed)
            {
                return long.MaxValue;
            }

            if (Interruption is not null)
            {
                return Math.Min(InterruptedDeadline, _receiver.TurnDeadline);
            }

            var deadline = Math.Min(_loss.Deadline, _acknowledger.Deadline);
            deadline = Math.Min(deadline, _receiver.TurnDeadline);
            deadline = Math.Min(deadline, _paceDeadline);
            deadline = Math.Min(deadline, _path.Deadline);
            if (MayProbeMtu)
            {
                deadline = Math.Min(deadline, _mtu.Deadline);
            }

            if (_congestion.CanSend && _paceDeadline == long.MaxValue)
            {
                deadline = Math.Min(deadline, _sender.CopyDeadline);
            }

            return Math.Min(deadline, Math.Min(KeepAliveAt, _lastReceived + _options.IdleTimeout));
        }
    }

    private long KeepAliveAt => Math.Max(_lastReceived, _lastElicited) + (_options.IdleTimeout / 3);

    /// <summary>Does what is due; then <see cref="Produce"/> may have something to send.</summary>
    /// <returns>False when the address that the peer changed to did not answer.</returns>
    internal bool OnTimeout(long now)
    {
        if (IsClosed)
        {
            return true;
        }

        if (_receiver.IsTurnOver(now))
        {
            Close(CloseCode.Stalled, new TransportException(TransportError.TimedOut, "The peer did not finish a message in time, and others waited for the memory that it held."));
            return true;
        }

        if (Interruption is null && now >= _lastReceived + _options.IdleTimeout)
        {
            var silence = new TransportException(TransportError.TimedOut, "The peer was not heard for too long.");
            if (!Interrupt(silence))
            {
                Close(CloseCode.Aborted, silence);
                return true;
            }
        }

        if (Interruption is not null)
        {
            OnInterruptedTimeout(now);
            return now < _path.Deadline || _path.OnTimeout(now);
        }

        if (now >= _loss.Deadline && _loss.OnTimeout(now, out var overdue))
        {
            if (overdue is not null)
            {
                _isEndDue |= overdue.HasEnd && !_isEndReceived;
                _sender.Repeat(overdue);
            }

            _probes = Math.Min(_probes + 1, MaxProbes);
            if (_loss.ProbeCount >= BlackHoleAfter && overdue?.Size > Packet.MaxSize)
            {
                _mtu.OnBlackHole();
            }

            // A peer without room for what was repeated acknowledges at least this, and that tells what else was lost.
            _isBareProbe = _loss.ProbeCount > BareProbesAfter && (_loss.ProbeCount & 1) == 0;
        }

        _isPingDue |= now >= KeepAliveAt;
        return now < _path.Deadline || _path.OnTimeout(now);
    }
}
