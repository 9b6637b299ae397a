using Rpc.Transports;

namespace Rpc.Transport.Udp.Protocol;

/// <summary>One side of a connection after the handshake, without I/O and without a clock: datagrams and the time go in, datagrams and the next
/// deadline come out. Not thread safe. Times in µs.</summary>
internal sealed partial class Peer : ISentPacketHandler, IDisposable
{
    private const int CloseCopies = 3;

    private readonly PeerOptions _options;
    private readonly SendKeys _sendKeys;
    private readonly ReceiveKeys _receiveKeys;
    private readonly CongestionController _congestion;
    private readonly LossDetector _loss;
    private readonly Pacer _pacer = new();
    private readonly ReplayWindow _replay = new();
    private readonly Acknowledger _acknowledger = new();
    private readonly RefusedPackets _refused = new();
    private readonly MessageSender _sender;
    private readonly MessageReceiver _receiver;
    private readonly PathValidator _path;
    private readonly PathMtu _mtu;
    private CloseCode _closeCode;
    private int _closesToSend;
    private long _peerEnd = -1;
    private bool _isEndDue;
    private bool _isEnding;

    internal Peer(PeerOptions options, SendKeys sendKeys, ReceiveKeys receiveKeys, long now)
    {
        _options = options;
        _sendKeys = sendKeys;
        _receiveKeys = receiveKeys;
        _congestion = new CongestionController(options.MaxCongestionWindow, options.LossTolerance);
        _loss = new LossDetector(this, _congestion);
        _sender = new MessageSender(options);
        _receiver = new MessageReceiver(options);
        _path = new PathValidator();
        _mtu = new PathMtu(options.MaxDatagramSize);
        _lastReceived = now;
        _lastElicited = now;
    }

    internal RttEstimator Rtt => _loss.Rtt;

    /// <summary>The connection is over: nothing more is taken in or, but for the CLOSE packets, sent.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Why the connection is over, when it did not end by agreement.</summary>
    internal TransportException? Failure { get; private set; }

    /// <summary>The peer has nothing more to say, and everything that it said was delivered to the queue.</summary>
    internal bool IsPeerEnded => _peerEnd >= 0 && _receiver.IsComplete(_peerEnd);

    /// <summary>The peer has everything that this side said, and knows that it was all.</summary>
    internal bool IsEndAcknowledged { get; private set; }

    internal bool HasMessage => _receiver.HasMessage;

    internal bool HasRoom => _sender.HasRoom;

    /// <summary>Whether something was decided that should leave soon: more credit for the peer.</summary>
    internal bool WantsFlush => _receiver.IsCreditDue;

    internal PathValidator Path => _path;

    /// <summary>Probe timeouts since the peer was heard: several mean that the path may be dead.</summary>
    internal int ProbeCount => _loss.ProbeCount;

    /// <summary>The longest datagram that is sent.</summary>
    internal int DatagramSize => _mtu.Size;

    internal long PacketsSent => _loss.Packets.Next;

    internal long PacketsReceived { get; private set; }

    internal long PacketsLost => _loss.LostPackets;

    internal long BytesSent { get; private set; }

    internal long BytesReceived { get; private set; }

    internal long MessagesDropped => _sender.Dropped;

    internal long PacketsRejected { get; private set; }

    /// <summary>Queues a message.</summary>
    /// <returns>False when there is no room for a reliable one.</returns>
    /// <exception cref="TransportException">The connection is over.</exception>
    internal bool TrySend(ReadOnlySpan<byte> message, MessageOptions options, long now)
    {
        if (IsClosed)
        {
            throw Failure is { } failure ? new TransportException(failure.Error, failure.Message, failure) : Ended();
        }

        return _isEnding ? throw Ended() : _sender.TrySend(message, options.Delivery, options.Lane, options.Redundant, now);
    }

    /// <summary>Takes all messages that wait.</summary>
    /// <param name="messages">Where to: empty. What was taken before counts as received by the application.</param>
    internal void TakeAll(ref Queue<ReceivedMessage> messages) => _receiver.TakeAll(ref messages);

    /// <summary>Nothing follows: the peer is told when it has everything.</summary>
    internal void End()
    {
        if (!_isEnding)
        {
            _isEnding = true;
            _isEndDue = true;
        }
    }

    /// <summary>Ends the connection on this side at once.</summary>
    internal void Close(CloseCode code, TransportException? failure)
    {
        if (IsClosed)
        {
            return;
        }

        _closeCode = code;
        _closesToSend = CloseCopies;
        Finish(failure);
    }

    /// <summary>Nobody receives any more: frees what waits.</summary>
    internal void Discard() => _receiver.Clear();

    public void Dispose()
    {
        _receiver.Clear();
        _sendKeys.Dispose();
        _receiveKeys.Dispose();
    }

    void ISentPacketHandler.OnAcknowledged(SentPacket packet)
    {
        _sendKeys.OnAcknowledged(packet.Number);
        if (packet.LargestTold >= 0)
        {
            _acknowledger.OnAcknowledged(packet.LargestTold);
        }

        if (packet.IsMtuProbe)
        {
            _mtu.OnProbeAcknowledged(packet.Size);
        }
        else
        {
            _mtu.OnAcknowledged(packet.Size);
        }

        _isEndReceived |= packet.HasEnd;
        foreach (var frame in packet.Frames)
        {
            _sender.OnAcknowledged(frame);
        }

        IsEndAcknowledged |= _isEndReceived && _sender.IsEverythingAcknowledged;
    }

    void ISentPacketHandler.OnLost(SentPacket packet)
    {
        if (packet.IsMtuProbe)
        {
            _mtu.OnProbeLost(packet.Size);
            return;
        }

        _mtu.OnLost(packet.Size);
        SendAgain(packet);
    }

    void ISentPacketHandler.OnRefused(SentPacket packet)
    {
        _sender.OnRefused(packet.Number, _loss.Packets.Next);
        SendAgain(packet);
    }

    private void SendAgain(SentPacket packet)
    {
        if (packet.HasCredit)
        {
            _receiver.OnCreditLost();
        }

        _isEndDue |= packet.HasEnd && !_isEndReceived;
        foreach (var frame in packet.Frames)
        {
            _sender.OnLost(frame, packet.Number);
        }
    }

    private static TransportException Ended() => new(TransportError.ConnectionAborted, "This side has closed the connection.");

    private void Finish(TransportException? failure)
    {
        IsClosed = true;
        Failure = failure;
        _receiver.DropUnfinished();
        _sender.Clear();
        _loss.Clear();
    }
}
