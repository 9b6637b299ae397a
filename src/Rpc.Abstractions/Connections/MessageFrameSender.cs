using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>Hands frames to a message transport, each with its delivery mode. What the transport has no room for waits here: small frames in order, and
/// bulk, which gets at most the half of the transport's queue, so that a small frame never waits for it.</summary>
/// <remarks>Everything is guarded by <c>_gate</c>; the transport's own queue is only tried under it, which does not block.</remarks>
internal sealed partial class MessageFrameSender : FrameSender
{
    private const int ControlSlack = 1024 * 1024;

    private readonly object _gate = new();
    private readonly MessageTransportConnection _transport;
    private readonly Drain _drain;
    private readonly long _maxQueued;
    private readonly Action<Exception> _onFailure;
    private readonly TransferBudget _budget;
    private readonly Action _onRoom;
    private readonly SendWaitQueue _waiters = new();
    private long _queuedBytes;
    private long _sent;
    private long _sentBytes;
    private bool _deferred;
    private bool _completing;
    private OutgoingFrame? _last;
    private RpcException? _failure;
    private TaskCompletionSource<bool>? _emptied;
    private TaskCompletionSource<bool>? _idle;
    private TransportException? _broken;
    private int _flushQueued;

    /// <param name="transport">The transport.</param>
    /// <param name="drain">The drain whose thread's messages leave at the end of its batch.</param>
    /// <param name="maxQueued">The most bytes queued.</param>
    /// <param name="maxIncomplete">The most bytes of frames in pieces that the peer puts together at once.</param>
    /// <param name="onFailure">Told when the transport broke; must not block.</param>
    public MessageFrameSender(MessageTransportConnection transport, Drain drain, long maxQueued, long maxIncomplete, Action<Exception> onFailure)
    {
        _transport = transport;
        _drain = drain;
        _maxQueued = maxQueued;
        _onFailure = onFailure;

        // What was handed over may have to be sent again while the next frames arrive: the other half is for that.
        _budget = new TransferBudget(maxIncomplete / 2);
        _onRoom = OnRoom;
    }

    public override bool HasDeferred => Volatile.Read(ref _deferred);

    public override bool IsFull => QueuedBytes >= _maxQueued;

    public override long SentBytes => Volatile.Read(ref _sentBytes);

    public override long QueuedBytes => Volatile.Read(ref _queuedBytes);

    public override (long Completed, bool Pending) Progress => (Volatile.Read(ref _sent), Volatile.Read(ref _waitingForRoom));

    public override void Send(OutgoingFrame frame, SendOptions options)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            ThrowIfTooLarge(frame, options);
            Add(frame, options);
        }

        Flush(options.Lazy);
    }

    public override bool TrySendCopy(ReadOnlySpan<byte> frame, SendOptions options)
    {
        var message = frame.Slice(FrameHeader.LengthSize);
        lock (_gate)
        {
            ThrowIfFailed();
            if (_queue.Count > 0 || IsBulk(frame.Length, options) || message.Length > Math.Min(_transport.MaxMessageSize, _transport.MaxUnreliableMessageSize) || !TrySend(message, options))
            {
                return false;
            }
        }

        Flush(options.Lazy);
        return true;
    }

    public override void SendControl(OutgoingFrame frame, SendOptions options = default)
    {
        var flooded = false;
        lock (_gate)
        {
            flooded = _queuedBytes > _maxQueued + ControlSlack;
            if (_failure is not null || _completing || flooded)
            {
                frame.Buffer.Return();
            }
            else
            {
                Add(frame, options);
            }
        }

        if (flooded)
        {
            _onFailure(new ProtocolException("The peer makes this side answer and does not read the answers.", RpcCloseReason.ResourceExhausted));
            return;
        }

        Flush(options.Lazy);
    }

    public override ValueTask SendAsync(OutgoingFrame frame, SendOptions options, long limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            ThrowIfTooLarge(frame, options);
            if (_queuedBytes >= limit || !_waiters.IsEmpty)
            {
                var waiter = new SendWaiter(frame, options, limit);
                _waiters.Enqueue(waiter);
                return waiter.WaitAsync(cancellationToken);
            }

            Add(frame, options);
        }

        Flush(options.Lazy);
        return default;
    }

    public override ValueTask WaitForRoomAsync(long limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ThrowIfFailed();
            if (_queuedBytes < limit)
            {
                return default;
            }

            var waiter = new SendWaiter(null, default, limit);
            _waiters.Enqueue(waiter);
            return waiter.WaitAsync(cancellationToken);
        }
    }

    public override void FlushDeferred()
    {
        if (Volatile.Read(ref _deferred))
        {
            Volatile.Write(ref _deferred, false);
            _transport.Flush();
        }
    }

    public override async ValueTask CompleteAsync(OutgoingFrame? last)
    {
        Task emptied;
        lock (_gate)
        {
            if (_failure is not null)
            {
                last?.Buffer.Return();
                return;
            }

            // It ends the connection: what is queued goes before it.
            _last = last;
            _completing = true;
            SendLast();

            // Only where somebody waits for it: else its failure would never be looked at.
            _emptied = IsEmpty ? null : new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = _emptied?.Task ?? Task.CompletedTask;
        }

        _transport.Flush();
        await emptied.ConfigureAwait(false);
        await _transport.CloseAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public override void Fail(RpcException exception)
    {
        List<SendWaiter> waiters;
        TaskCompletionSource<bool>? emptied;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = exception;
            waiters = _waiters.Clear();
            emptied = _emptied;
            DropQueues();
        }

        emptied?.TrySetException(exception);
        foreach (var waiter in waiters)
        {
            waiter.Frame?.Buffer.Return();
            waiter.TrySetException(exception);
        }
    }

    public override Task WhenIdle()
    {
        lock (_gate)
        {
            return _waitingForRoom ? (_idle ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    /// <summary>On the pool: a lazy flush, or a transport that had room after all.</summary>
    public override void Execute()
    {
        if (Interlocked.Exchange(ref _flushQueued, 0) != 0)
        {
            Flush(lazy: false);
        }

        if (Volatile.Read(ref _roomIsReady))
        {
            OnRoom();
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is not null || _completing)
        {
            throw _failure?.Copy(RpcCallProgress.NotSent) ?? new RpcException(RpcStatusCode.Unavailable, "The connection is closing; the call was not sent.");
        }
    }

    private void ThrowIfTooLarge(OutgoingFrame frame, SendOptions options)
    {
        var size = frame.Length - FrameHeader.LengthSize;
        var mayBeLost = options.Delivery.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced || frame.Type is FrameType.CallerNewest or FrameType.CalleeNewest;
        if (mayBeLost && size > _transport.MaxUnreliableMessageSize)
        {
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"A message of {size} bytes cannot be sent so that it may be lost: the transport's limit is {_transport.MaxUnreliableMessageSize} bytes.");
        }
    }

    private void Flush(bool lazy)
    {
        if (Volatile.Read(ref _broken) is not null && Interlocked.Exchange(ref _broken, null) is { } broken)
        {
            Fail(new RpcException(RpcStatusCode.Unavailable, "The connection was lost.", broken));
            _onFailure(broken);
            return;
        }

        if (_drain.WillFlush)
        {
            Volatile.Write(ref _deferred, true);

            // A take-over between the look and the mark must not leave it behind.
            if (_drain.WillFlush)
            {
                return;
            }
        }

        if (!lazy)
        {
            _transport.Flush();
        }
        else if (Interlocked.Exchange(ref _flushQueued, 1) == 0)
        {
            Queue();
        }
    }
}
