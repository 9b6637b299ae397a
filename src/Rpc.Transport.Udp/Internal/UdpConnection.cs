using System.Buffers;
using System.Net;
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <summary>A connection over UDP: the protocol under a lock, and those who wait for it.</summary>
/// <remarks>Everything of the peer is guarded by <see cref="_gate"/>; nobody is woken under it. Sending is done under it: it does not wait.</remarks>
internal sealed partial class UdpConnection : MessageTransportConnection, IDeadlineItem
{
    private readonly object _gate = new();
    private readonly Peer _peer;
    private readonly IDatagramSender _sender;
    private readonly DeadlineQueue _deadlines;
    private readonly Clock _clock;
    private readonly ReceiveWaiter _receiveWaiter = new();
    private TaskCompletionSource<bool>? _room;
    private TaskCompletionSource<bool>? _end;
    private Queue<ReceivedMessage> _batch = new();
    private byte[]? _taken;
    private bool _isDisposed;

    internal UdpConnection(Peer peer, IDatagramSender sender, DeadlineQueue deadlines, Clock clock, PeerOptions options, bool isEncrypted, EndPoint? local, EndPoint remote)
    {
        _peer = peer;
        _sender = sender;
        _deadlines = deadlines;
        _clock = clock;
        MaxMessageSize = options.PeerMaxMessageSize;
        IsEncrypted = isEncrypted;
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    public override string Scheme => UdpClientTransport.Scheme;

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override bool IsEncrypted { get; }

    public override int MaxMessageSize { get; }

    public override int MaxUnreliableMessageSize => MessageFormat.MaxSingle;

    int IDeadlineItem.HeapIndex { get; set; } = -1;

    long IDeadlineItem.WakeAt { get; set; }

    public override bool TrySend(ReadOnlySpan<byte> message, MessageOptions options)
    {
        var limit = options.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced ? MaxUnreliableMessageSize : MaxMessageSize;
        if (message.Length > limit)
        {
            throw new ArgumentException($"A message of {message.Length} bytes cannot be sent {options.Delivery}: the limit is {limit} bytes.", nameof(message));
        }

        // Only what may come too late needs to know the time.
        var now = options.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced ? _clock.Now : 0;
        lock (_gate)
        {
            return _peer.TrySend(message, options, now);
        }
    }

    public override void Flush() => SendAll(_clock.Now);

    public override ValueTask WaitToSendAsync(CancellationToken cancellationToken)
    {
        Task room;
        lock (_gate)
        {
            ThrowIfOver();
            if (_peer.HasRoom)
            {
                return default;
            }

            room = (_room ??= NewSignal()).Task;
        }

        return new ValueTask(cancellationToken.CanBeCanceled ? room.WaitAsync(cancellationToken) : room);
    }

    public override ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count > 0)
        {
            return new ValueTask<bool>(true);
        }

        lock (_gate)
        {
            return TryGetReceiveState(out var hasMessage, out var failure)
                ? failure is null ? new ValueTask<bool>(hasMessage) : new ValueTask<bool>(Task.FromException<bool>(Copy(failure)))
                : _receiveWaiter.WaitAsync(_gate, cancellationToken);
        }
    }

    public override bool TryReceive(out ReadOnlyMemory<byte> message)
    {
        ReturnTaken();
        if (_batch.Count == 0)
        {
            TakeBatch();
        }

        if (!_batch.TryDequeue(out var received))
        {
            message = default;
            return false;
        }

        _taken = received.Buffer;
        message = received.Buffer.AsMemory(0, received.Length);
        return true;
    }

    public override async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Task end;
        lock (_gate)
        {
            ThrowIfOver();
            _peer.End();
            end = (_end ??= NewSignal()).Task;
        }

        SendAll(_clock.Now);
        try
        {
            await end.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abort();
            throw;
        }
    }

    public override void Abort() => End(CloseCode.Aborted);

    public override ValueTask DisposeAsync()
    {
        DisposeNow();
        return default;
    }

    /// <summary>Disposal waits for nothing.</summary>
    internal void DisposeNow()
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = !_isDisposed;
            _isDisposed = true;
        }

        if (!isFirst)
        {
            return;
        }

        End(_peer.IsEndAcknowledged ? CloseCode.Normal : CloseCode.Aborted);
        _deadlines.Remove(this);
        ReturnTaken();
        while (_batch.TryDequeue(out var received))
        {
            MessageBuffers.Return(received.Buffer);
        }

        lock (_gate)
        {
            _peer.Dispose();
        }

        _sender.OnDisposed();
    }

    internal bool IsPathValidated
    {
        get
        {
            lock (_gate)
            {
                return _peer.Path.IsValidated;
            }
        }
    }

    void IDeadlineItem.OnDeadline(long now)
    {
        bool isSilent;
        bool isPathFailed;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var probes = _peer.ProbeCount;
            isPathFailed = !_peer.OnTimeout(now);
            if (isPathFailed)
            {
                _sender.OnPathFailed();
            }

            NoteInterruption();
            isSilent = _peer.ProbeCount > probes && IsOtherWayDue(now);
        }

        SendAll(now);
        if (isSilent && _sender.OnSilence())
        {
            SayWhereFrom();
        }
    }

    /// <summary>A datagram has arrived; <see cref="OnBatchEnd"/> follows, unless it is dropped.</summary>
    internal ReceiveResult OnDatagram(Span<byte> datagram, long now)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return ReceiveResult.Dropped;
            }

            var result = _peer.Receive(datagram, now);

            // Who sends meanwhile need not wake the receiver: its turn comes.
            _isTurnDue |= result != ReceiveResult.Dropped;
            if (_isInterrupted)
            {
                NoteInterruption();
            }

            return result;
        }
    }

    /// <summary>The newest datagram came from elsewhere, where datagrams are sent from now on.</summary>
    internal void OnPathChanged(int received, long now)
    {
        lock (_gate)
        {
            _peer.OnPathChanged(received, now);
        }
    }

    /// <summary>A datagram came from an address that is not validated yet.</summary>
    internal void OnPathReceived(int received)
    {
        lock (_gate)
        {
            _peer.Path.OnReceived(received);
        }
    }

    /// <summary>Ends the connection on this side.</summary>
    internal void End(CloseCode code)
    {
        lock (_gate)
        {
            _peer.Close(code, Cut());
            _peer.Discard();
        }

        SendAll(_clock.Now);
    }

    private static TransportException Cut() => new(TransportError.ConnectionAborted, "This side cut the connection.");

    private static TransportException Copy(TransportException failure) => new(failure.Error, failure.Message, failure);

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void TakeBatch()
    {
        bool wantsFlush;
        lock (_gate)
        {
            _peer.TakeAll(ref _batch);
            wantsFlush = _peer.WantsFlush;
        }

        if (wantsFlush)
        {
            SendAll(_clock.Now);
        }
    }

    private void ReturnTaken()
    {
        if (_taken is not null)
        {
            MessageBuffers.Return(_taken);
            _taken = null;
        }
    }

    private void ThrowIfOver()
    {
        if (_peer.IsClosed)
        {
            throw Copy(_peer.Failure ?? Cut());
        }
    }

    // Under the gate. False: there is nothing to say yet.
    private bool TryGetReceiveState(out bool hasMessage, out TransportException? failure)
    {
        hasMessage = _peer.HasMessage;
        failure = hasMessage || _peer.IsPeerEnded ? null : _peer.Failure;
        return hasMessage || _peer.IsPeerEnded || _peer.IsClosed;
    }

    // Sends what may leave, and wakes who waits for it.
    private void SendAll(long now)
    {
        bool isMore;
        do
        {
            Wakes wakes;
            lock (_gate)
            {
                isMore = SendRun(now);
                wakes = TakeWakes();
            }

            Wake(wakes);
        }
        while (isMore);
    }

    // Under the gate, and no more than a run: to seal a megabyte would hold up for a millisecond whoever receives. Whether there may be more.
    private bool SendRun(long now)
    {
        var isMore = false;
        if (!_isDisposed || _peer.IsClosed)
        {
            var run = new DatagramRun(_sender);
            while (!isMore && _peer.Produce(run.Next, now) is > 0 and var length)
            {
                isMore = run.Add(length);
            }

            run.Send();
        }

        _deadlines.Schedule(this, Math.Max(_peer.Deadline, now + 1));
        return isMore;
    }
}
