using System.Runtime.CompilerServices;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>Hands frames to a message transport, each with its delivery mode. What the transport has no room for waits here, in order.</summary>
/// <remarks>Everything is guarded by <c>_gate</c>; the transport's own queue is only tried under it, which does not block.</remarks>
internal sealed class MessageFrameSender : FrameSender
{
    private const int ControlSlack = 1024 * 1024;

    private readonly object _gate = new();
    private readonly MessageTransportConnection _transport;
    private readonly Drain _drain;
    private readonly long _maxQueued;
    private readonly Action<Exception> _onFailure;
    private readonly Action _onRoom;
    private readonly Queue<(OutgoingFrame Frame, SendOptions Options)> _queue = new();
    private readonly SendWaitQueue _waiters = new();
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _room;
    private long _queuedBytes;
    private long _sent;
    private long _sentBytes;
    private bool _deferred;
    private bool _waitingForRoom;
    private bool _completing;
    private RpcException? _failure;
    private TaskCompletionSource<bool>? _emptied;
    private TaskCompletionSource<bool>? _idle;
    private TransportException? _broken;
    private ushort _nextTransfer;

    public MessageFrameSender(MessageTransportConnection transport, Drain drain, long maxQueued, Action<Exception> onFailure)
    {
        _transport = transport;
        _drain = drain;
        _maxQueued = maxQueued;
        _onFailure = onFailure;
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

        Flush();
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

        Flush();
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

        Flush();
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

            if (last is { } frame)
            {
                Add(frame, new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.Connection)));
            }

            _completing = true;
            // Only where somebody waits for it: else its failure would never be looked at.
            _emptied = _queue.Count == 0 ? null : new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
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
            while (_queue.Count > 0)
            {
                _queue.Dequeue().Frame.Buffer.Return();
            }

            _queuedBytes = 0;
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

    /// <summary>The transport has room again.</summary>
    public override void Execute() => OnRoom();

    private static ReadOnlySpan<byte> MessageOf(OutgoingFrame frame) => frame.Span.Slice(FrameHeader.LengthSize);

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
        if (options.Delivery.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced && size > _transport.MaxUnreliableMessageSize)
        {
            throw new RpcException(
                RpcStatusCode.ResourceExhausted,
                $"A message of {size} bytes cannot be sent {options.Delivery.Delivery}: the transport's limit is {_transport.MaxUnreliableMessageSize} bytes.");
        }
    }

    /// <summary>Sends a frame or queues it behind others. Under _gate.</summary>
    private void Add(OutgoingFrame frame, SendOptions options)
    {
        if (frame.Length - FrameHeader.LengthSize > _transport.MaxMessageSize)
        {
            AddPieces(frame, options);
            return;
        }

        if (_queue.Count == 0 && TrySend(frame, options))
        {
            return;
        }

        _queuedBytes += frame.Length;
        _queue.Enqueue((frame, options));
        WaitForRoom();
    }

    /// <summary>Splits a frame that no message can hold. The pieces travel in the frame's lane, or are a lane.</summary>
    private void AddPieces(OutgoingFrame frame, SendOptions options)
    {
        var transfer = new Transfer(frame, _nextTransfer, low: false);
        if (options.Delivery.Delivery != RpcDelivery.Ordered)
        {
            options = new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.OfTransfer(_nextTransfer)));
        }

        _nextTransfer++;
        while (!transfer.IsDone)
        {
            var piece = transfer.Next(_transport.MaxMessageSize - PieceFrame.FirstPrefixSize);
            var writer = ControlFrame.Begin();
            writer.WriteRaw(piece.Array.AsSpan(piece.Start + FrameHeader.Size, piece.End - piece.Start - FrameHeader.Size));
            Add(ControlFrame.End(ref writer, FrameType.Piece), options);
        }

        transfer.Return();
    }

    private bool TrySend(OutgoingFrame frame, SendOptions options)
    {
        try
        {
            if (!_transport.TrySend(MessageOf(frame), options.Delivery))
            {
                return false;
            }
        }
        catch (TransportException e)
        {
            // Lost with the connection, which fails the calls when the lock is free.
            _broken ??= e;
        }

        Volatile.Write(ref _sent, _sent + 1);
        Volatile.Write(ref _sentBytes, _sentBytes + frame.Length - FrameHeader.LengthSize);
        frame.Buffer.Return();
        return true;
    }

    private void Flush()
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

        _transport.Flush();
    }

    /// <summary>Waits for the transport, once at a time. Under _gate.</summary>
    private void WaitForRoom()
    {
        if (_waitingForRoom)
        {
            return;
        }

        _waitingForRoom = true;
        _room = _transport.WaitToSendAsync(CancellationToken.None).ConfigureAwait(false).GetAwaiter();
        if (_room.IsCompleted)
        {
            Queue();
        }
        else
        {
            _room.UnsafeOnCompleted(_onRoom);
        }
    }

    private void OnRoom()
    {
        var released = new List<SendWaiter>();
        TaskCompletionSource<bool>? emptied = null;
        try
        {
            lock (_gate)
            {
                _waitingForRoom = false;
                _room.GetResult();
                while (_queue.Count > 0)
                {
                    var (next, options) = _queue.Peek();
                    var length = next.Length;
                    if (!TrySend(next, options))
                    {
                        break;
                    }

                    _queue.Dequeue();
                    _queuedBytes -= length;
                }

                while (_waiters.TryDequeue(_queuedBytes) is { } waiter)
                {
                    if (waiter.Frame is { } frame)
                    {
                        Add(frame, waiter.Options);
                    }

                    released.Add(waiter);
                }

                if (_queue.Count > 0)
                {
                    WaitForRoom();
                }
                else
                {
                    emptied = _emptied;
                }
            }

            Flush();
        }
        catch (Exception e)
        {
            Fail(new RpcException(RpcStatusCode.Unavailable, "The connection was lost.", e));
            _onFailure(e);
        }

        emptied?.TrySetResult(true);
        Volatile.Read(ref _idle)?.TrySetResult(true);
        foreach (var waiter in released)
        {
            waiter.TrySetResult(true);
        }
    }
}
