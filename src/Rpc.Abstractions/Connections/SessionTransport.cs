using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>A stream of bytes that outlives the connections that carry it: what a lost connection may have swallowed is kept and sent again by the next, what
/// arrives twice is dropped. The engine above sees one stream, and its calls and streams go on.</summary>
/// <remarks>
/// Both sides count the session's bytes from the end of the handshake, acknowledgements left out. The reader counts whole frames as it takes them, under the
/// gate, and only while its connection still carries the session: so the count that a resumption is agreed on is exact. The writer may be told to wait for
/// room; acknowledgements go past it, so that two full sides cannot wait for each other. Lock order: the frame sender's gate, then this one.
/// </remarks>
internal sealed partial class SessionTransport : StreamTransportConnection, ISession
{
    /// <summary>After how many received bytes the peer is told of them: a quarter of the least that a side keeps.</summary>
    private const int AckEvery = 128 * 1024;

    /// <summary>The same while the last acknowledgement went beside data, as the next one most likely will: half of the least that a side keeps. With 256 KB in every case
    /// <c>echo64k</c> made 1,205 instead of 1,101 MB/s, but <c>broadcast</c>, where nothing is sent back, 3.2 instead of 4.1 million.</summary>
    private const int AckEveryBeside = 256 * 1024;

    /// <summary>After how many received bytes a write that is due anyway tells the peer of them.</summary>
    private const int AckBeside = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly ReplayBuffer _replay = new();
    private readonly long _limit;
    private readonly SessionReader _input;
    private readonly SessionWriter _output;
    private readonly Action<SessionTransport, Exception> _onLost;
    private ISessionHost? _host;

    // Guarded by the gate. The reader moves to a new connection at once, the writer after what was lost has been sent again.
    private SessionAttachment _last;
    private SessionAttachment? _reading;
    private SessionAttachment? _writing;
    private TaskCompletionSource<bool>? _attached;
    private TransportException? _ended;
    private bool _closing;
    private bool _completing;
    private int _epoch;
    private long _received;
    private long _ackSent;
    private bool _ackDue;
    private bool _ackedBeside;

    /// <param name="first">The connection that the session begins with, past the handshake; owned from now on.</param>
    /// <param name="grant">The session.</param>
    /// <param name="limit">How many bytes may be kept to be sent again before the writer waits.</param>
    /// <param name="onLost">Told when a connection of the session is lost and the session is not over; must not block.</param>
    public SessionTransport(StreamTransportConnection first, SessionGrant grant, long limit, Action<SessionTransport, Exception> onLost)
    {
        Grant = grant;
        _limit = limit;
        _onLost = onLost;
        _last = _reading = _writing = new SessionAttachment(first);
        _input = new SessionReader(this);
        _output = new SessionWriter(this);
    }

    public SessionGrant Grant { get; }

    public override string Scheme => _last.Transport.Scheme;

    public override EndPoint? LocalEndPoint => _last.Transport.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _last.Transport.RemoteEndPoint;

    public override bool IsEncrypted => _last.Transport.IsEncrypted;

    public override X509Certificate2? RemoteCertificate => _last.Transport.RemoteCertificate;

    public override PipeReader Input => _input;

    /// <summary>The input, for the frame reader.</summary>
    public SessionReader Reader => _input;

    public override PipeWriter Output => _output;

    /// <summary>Whether no connection carries the session now.</summary>
    public bool IsInterrupted
    {
        get
        {
            lock (_gate)
            {
                return _reading is null && _ended is null;
            }
        }
    }

    /// <summary>Whether the writer may go on. Without the gate: who is refused is told through <see cref="ISessionHost.OnWriterDue"/> after it has changed.</summary>
    public bool HasRoom => Volatile.Read(ref _closing) || _replay.Length < _limit;

    /// <summary>Whether an acknowledgement has to be sent even if nothing else is.</summary>
    public bool IsAckDue => Volatile.Read(ref _ackDue);

    /// <summary>Whether the writer waits for the peer: it has room for nothing, and the peer is there to tell what has arrived.</summary>
    public bool IsStalled
    {
        get
        {
            lock (_gate)
            {
                return !_closing && _reading is not null && _replay.Length >= _limit;
            }
        }
    }

    /// <summary>Names the connection that lives in the session; once, before the first read.</summary>
    public void Bind(ISessionHost host) => _host = host;

    /// <summary>Gives up the connection that carries the session, as it is dead or another one is wanted.</summary>
    /// <returns>False when there is none, or the session is over.</returns>
    public bool Interrupt(Exception reason)
    {
        SessionAttachment current;
        lock (_gate)
        {
            current = _last;
        }

        return Lose(current, reason);
    }

    /// <summary>Prepares to move to another connection: the present one carries the session no more.</summary>
    /// <param name="received">How many bytes of the session have arrived; no more will before <see cref="TryAttach"/>.</param>
    /// <param name="epoch">To be given to <see cref="TryAttach"/>.</param>
    /// <returns>False when the session is over.</returns>
    public bool TryDetach(out long received, out int epoch)
    {
        Interrupt(new TransportException(TransportError.ConnectionAborted, "Another connection carries the session on."));
        lock (_gate)
        {
            received = _received;
            epoch = ++_epoch;
            return _ended is null && !_closing;
        }
    }

    /// <summary>Moves to another connection.</summary>
    /// <param name="next">The connection, past its handshake; owned from now on when the result is true.</param>
    /// <param name="peerReceived">How many bytes of the session the peer has.</param>
    /// <param name="epoch">What <see cref="TryDetach"/> gave; a later one makes this void.</param>
    /// <returns>False when the session is over, or another connection has come first.</returns>
    /// <exception cref="ProtocolException">The peer claims what cannot be.</exception>
    public bool TryAttach(StreamTransportConnection next, ulong peerReceived, int epoch)
    {
        SessionAttachment attachment;
        TaskCompletionSource<bool>? attached;
        lock (_gate)
        {
            if (_ended is not null || _closing || epoch != _epoch || _reading is not null)
            {
                return false;
            }

            if (peerReceived < (ulong)_replay.Acked || peerReceived > (ulong)_replay.Sent)
            {
                throw new ProtocolException($"The peer claims to have {peerReceived} bytes of the session; it was sent {_replay.Sent}.");
            }

            _replay.Ack((long)peerReceived);
            _ackSent = _received;
            _ackDue = false;
            attachment = new SessionAttachment(next);
            _last = _reading = attachment;
            (attached, _attached) = (_attached, null);
        }

        attached?.TrySetResult(true);
        _ = Task.Run(() => ReplayAsync(attachment));
        return true;
    }

    /// <summary>The connection above ends: from now on a lost connection is the end, and nothing is kept.</summary>
    public void Close()
    {
        TaskCompletionSource<bool>? attached = null;
        lock (_gate)
        {
            _closing = true;
            if (_reading is null)
            {
                _ended ??= new TransportException(TransportError.ConnectionAborted, "The session has ended while no connection carried it.");
                (attached, _attached) = (_attached, null);
            }
        }

        attached?.TrySetResult(false);
    }

    public override void Abort()
    {
        Close();
        SessionAttachment current;
        lock (_gate)
        {
            current = _last;
        }

        current.Transport.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        Close();
        SessionAttachment last;
        SessionAttachment? left;
        bool isFree;
        lock (_gate)
        {
            last = _last;
            _reading = _writing = null;
            _ended ??= new TransportException(TransportError.ConnectionAborted, "The session was disposed.");
            left = _input.Leave();
            isFree = last.Retire();
            _replay.Clear();
        }

        if (left is not null)
        {
            await left.DisposeAsync().ConfigureAwait(false);
        }

        if (isFree)
        {
            await last.DisposeAsync().ConfigureAwait(false);
        }

        await last.Disposed.ConfigureAwait(false);
    }

    /// <summary>Counts frames that the reader has taken.</summary>
    /// <param name="bytes">Their bytes, without acknowledgements.</param>
    /// <returns>False when their connection no longer carries the session: they will come again, and are to be dropped.</returns>
    public bool Commit(int bytes)
    {
        var isDue = false;
        lock (_gate)
        {
            if (!_input.IsAt(_reading))
            {
                return false;
            }

            _received += bytes;
            if (!_ackDue && _received - _ackSent >= (_ackedBeside ? AckEveryBeside : AckEvery))
            {
                isDue = _ackDue = true;
            }
        }

        if (isDue)
        {
            _host?.OnWriterDue();
        }

        return true;
    }

    /// <summary>The peer tells how much has arrived.</summary>
    /// <exception cref="ProtocolException">It claims what cannot be.</exception>
    public void OnAck(long received)
    {
        bool hasRoom;
        lock (_gate)
        {
            if (received > _replay.Sent || received < 0)
            {
                throw new ProtocolException($"The peer acknowledges {received} bytes of the session; it was sent {_replay.Sent}.");
            }

            if (received <= _replay.Acked)
            {
                return;
            }

            hasRoom = _replay.Length >= _limit;
            _replay.Ack(received);
            hasRoom &= _replay.Length < _limit;
        }

        if (hasRoom)
        {
            _host?.OnWriterDue();
        }
    }

    /// <summary>Tells the peer what has arrived, if it does not know: from time to time, so that an idle peer keeps nothing.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            if (_ackDue || _received == _ackSent || _writing is null)
            {
                return;
            }

            _ackDue = true;
        }

        _host?.OnWriterDue();
    }

    /// <summary>Takes the acknowledgement that is due.</summary>
    /// <param name="received">What has arrived.</param>
    /// <returns>False when none is due.</returns>
    public bool TryTakeAck(out long received)
    {
        lock (_gate)
        {
            received = _received;
            return _ackDue && TryCountAck(beside: false);
        }
    }

    /// <summary>The peer is told of all that has arrived. Under the gate.</summary>
    /// <param name="beside">Whether data carries it.</param>
    /// <returns>False when no connection carries it there.</returns>
    private bool TryCountAck(bool beside)
    {
        if (_writing is null)
        {
            return false;
        }

        _ackDue = false;
        _ackedBeside = beside;
        _ackSent = _received;
        return true;
    }

    /// <summary>A connection no longer carries the session.</summary>
    /// <returns>False when that was known.</returns>
    private bool Lose(SessionAttachment attachment, Exception reason)
    {
        bool isFree;
        bool isEnd;
        TaskCompletionSource<bool>? attached = null;
        lock (_gate)
        {
            if (attachment.IsRetired)
            {
                return false;
            }

            isFree = attachment.Retire();
            _reading = _writing = null;
            isEnd = _closing || _ended is not null;
            if (isEnd)
            {
                _ended ??= reason as TransportException ?? new TransportException(TransportError.ConnectionReset, reason.Message, reason);
                (attached, _attached) = (_attached, null);
            }
            else
            {
                _host?.OnInterruptionChanged(reason);
            }
        }

        attachment.Transport.Abort();
        attached?.TrySetResult(false);
        if (isFree)
        {
            _ = attachment.DisposeAsync();
        }

        if (!isEnd)
        {
            _onLost(this, reason);
        }

        return !isEnd;
    }

    /// <summary>Whether a connection that ends is the end of the session.</summary>
    private bool IsClosing()
    {
        lock (_gate)
        {
            return _closing;
        }
    }

    private void Unpin(SessionAttachment attachment)
    {
        bool isFree;
        lock (_gate)
        {
            isFree = attachment.Unpin();
        }

        if (isFree)
        {
            _ = attachment.DisposeAsync();
        }
    }

    private static bool IsLoss(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private static TransportException Gone() => new(TransportError.ConnectionReset, "The peer ended the stream without a goodbye.");
}
