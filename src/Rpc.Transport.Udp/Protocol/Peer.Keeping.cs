using Rpc.Transports;

namespace Rpc.Transport.Udp.Protocol;

/// <content>A silence that interrupts the connection rather than ends it.</content>
/// <remarks>Nothing is forgotten meanwhile: keys, numbers, what was not acknowledged, what has come. Any packet that opens ends it, and the oldest packets are then probed
/// for at once. Who is interrupted sends nothing but a PING now and then, as to any silent peer, and those by which it was told to seek.</remarks>
internal sealed partial class Peer
{
    /// <summary>The PINGs of one search.</summary>
    private const int SeekPings = 3;

    private const long LeastSeekInterval = 200_000;

    /// <summary>The frames of a PING's packet: so long that the answer to an address which is not proved yet may have a challenge beside the acknowledgement.</summary>
    private const int SeekSize = 120;

    private bool _isSeekDue;
    private int _seeksLeft;
    private long _seekInterval;
    private long _seekAt = long.MaxValue;

    /// <summary>Whether a silence does not end the connection.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Why the connection is interrupted; null when it is not.</summary>
    internal TransportException? Interruption { get; private set; }

    /// <summary>Whether a search is under way.</summary>
    internal bool IsSeeking => _seekAt != long.MaxValue;

    private long InterruptedDeadline => Math.Min(Math.Min(_seekAt, KeepAliveAt), _path.Deadline);

    /// <summary>Takes the peer for silent.</summary>
    /// <returns>False when it is, or the connection is over or not kept.</returns>
    internal bool Interrupt(TransportException reason)
    {
        if (!IsKept || IsClosed || Interruption is not null)
        {
            return false;
        }

        Interruption = reason;
        return true;
    }

    /// <summary>Begins a search, while the connection is interrupted.</summary>
    internal void Seek(long now)
    {
        _isSeekDue = true;
        _seeksLeft = SeekPings - 1;
        _seekInterval = Math.Max(_loss.Rtt.ProbeTimeout, LeastSeekInterval);
        _seekAt = now + _seekInterval;
    }

    // The peer was heard.
    private void EndInterruption(long now)
    {
        Interruption = null;
        _isSeekDue = false;
        _seekAt = long.MaxValue;
        _loss.Restart(now);
    }

    private void OnInterruptedTimeout(long now)
    {
        if (now >= _seekAt)
        {
            _isSeekDue |= _seeksLeft > 0;
            _seekInterval += _seekInterval / 2;
            _seekAt = _seeksLeft-- > 0 ? now + _seekInterval : long.MaxValue;
        }

        _isSeekDue |= now >= KeepAliveAt;
    }

    private int ProduceInterrupted(Span<byte> datagram, long now)
    {
        if (!_isSeekDue || !_path.CanSend)
        {
            return 0;
        }

        _isSeekDue = false;
        var headerSize = WriteHeader(datagram, now);
        var body = datagram.Slice(headerSize, Math.Min(SeekSize, _path.Allowance - headerSize - Packet.TagSize));
        body.Clear();
        body[0] = Frame.Ping;
        var packet = _loss.Packets.Rent();
        packet.IsAckEliciting = true;
        return Seal(datagram, headerSize, body.Length, packet, now);
    }
}
