using System.Runtime.CompilerServices;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>What waits for room in the transport.</content>
internal sealed partial class MessageFrameSender
{
    /// <summary>Frames above this size (bytes) are bulk: they may keep each other waiting, but nothing smaller.</summary>
    private const int BulkSize = 4 * 1024;

    private readonly Queue<(OutgoingFrame Frame, SendOptions Options)> _queue = new();
    private readonly Queue<BulkFrame> _bulk = new();
    private BulkFrame? _turn;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _room;
    private bool _waitingForRoom;
    private bool _roomIsReady;
    private ushort _nextTransfer;

    private bool IsEmpty => _queue.Count == 0 && HasNoBulk && _last is null;

    private bool HasNoBulk => _turn is null && _bulk.Count == 0;

    // All frames of a lane are of one kind: else one could overtake another.
    private static bool IsBulk(int length, SendOptions options) => options.Delivery.Delivery switch
    {
        RpcDelivery.Reliable => length > BulkSize,
        RpcDelivery.Ordered => Lanes.IsOfCall(options.Delivery.Lane),
        _ => false,
    };

    private static ReadOnlySpan<byte> MessageOf(OutgoingFrame frame) => frame.Span.Slice(FrameHeader.LengthSize);

    /// <summary>Sends a frame or queues it behind others. Under _gate.</summary>
    private void Add(OutgoingFrame frame, SendOptions options)
    {
        if (IsBulk(frame.Length, options))
        {
            var isFirst = HasNoBulk && _queue.Count == 0 && frame.Length - FrameHeader.LengthSize <= _transport.MaxMessageSize;
            if (isFirst && HasRoom() && TrySend(MessageOf(frame), options))
            {
                frame.Buffer.Return();
                return;
            }

            _queuedBytes += frame.Length;
            _bulk.Enqueue(new BulkFrame(frame, options));
            SendBulk();
        }
        else if (frame.Length - FrameHeader.LengthSize > _transport.MaxMessageSize)
        {
            AddPieces(frame, options);
        }
        else
        {
            AddSmall(frame, options);
        }
    }

    private void AddSmall(OutgoingFrame frame, SendOptions options)
    {
        // What may be lost is dropped by the transport rather than refused, and must not grow old here.
        var mayBeLost = options.Delivery.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced;
        if ((_queue.Count == 0 || mayBeLost) && TrySend(MessageOf(frame), options))
        {
            frame.Buffer.Return();
            return;
        }

        _queuedBytes += frame.Length;
        _queue.Enqueue((frame, options));
        WaitForRoom();
    }

    /// <summary>Splits a frame of a lane that small frames share, which no message can hold.</summary>
    private void AddPieces(OutgoingFrame frame, SendOptions options)
    {
        var transfer = new Transfer(frame, _nextTransfer++, low: false);
        while (!transfer.IsDone)
        {
            var piece = transfer.Next(_transport.MaxMessageSize - PieceFrame.FirstPrefixSize);
            var writer = ControlFrame.Begin();
            writer.WriteRaw(piece.Array.AsSpan(piece.Start + FrameHeader.Size, piece.End - piece.Start - FrameHeader.Size));
            AddSmall(ControlFrame.End(ref writer, FrameType.Piece), options);
        }

        transfer.Return();
    }

    /// <summary>Hands bulk over while the transport's queue is less than half full. Under _gate.</summary>
    private void SendBulk()
    {
        while (_queue.Count == 0 && (_turn is not null || _bulk.Count > 0) && HasRoom())
        {
            var bulk = _turn ??= _bulk.Dequeue();
            var message = bulk.Next(_transport.MaxMessageSize, ref _nextTransfer);
            if (!TrySend(message, bulk.Options))
            {
                WaitForRoom();
                return;
            }

            _queuedBytes -= bulk.Sent();
            if (bulk.IsDone)
            {
                bulk.Return();
                _turn = null;
            }
            else if (!bulk.IsInLane && _bulk.Count > 0)
            {
                // Large frames take turns, but for those that must arrive in order.
                _bulk.Enqueue(bulk);
                _turn = null;
            }
        }
    }

    private void SendLast()
    {
        if (_last is { } last && _queue.Count == 0 && HasNoBulk)
        {
            _last = null;
            AddSmall(last, new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.Connection)));
        }
    }

    /// <summary>Hands a message to the transport; false when it has no room.</summary>
    private bool TrySend(ReadOnlySpan<byte> message, SendOptions options)
    {
        try
        {
            if (!_transport.TrySend(message, options.Delivery))
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
        Volatile.Write(ref _sentBytes, _sentBytes + message.Length);
        return true;
    }

    /// <summary>Whether the transport's queue is less than half full. If it is not, the wait for that has begun.</summary>
    private bool HasRoom()
    {
        if (_waitingForRoom)
        {
            return false;
        }

        try
        {
            _room = _transport.WaitToSendAsync(CancellationToken.None).ConfigureAwait(false).GetAwaiter();
            if (_room.IsCompleted)
            {
                _room.GetResult();
                return true;
            }
        }
        catch (TransportException e)
        {
            _broken ??= e;
            return true;
        }

        _waitingForRoom = true;
        _room.UnsafeOnCompleted(_onRoom);
        return false;
    }

    /// <summary>Waits for the transport, once at a time. Under _gate.</summary>
    private void WaitForRoom()
    {
        if (!_waitingForRoom && HasRoom())
        {
            // Since it refused it has got room.
            _waitingForRoom = true;
            _roomIsReady = true;
            Queue();
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
                if (_roomIsReady)
                {
                    _roomIsReady = false;
                }
                else
                {
                    _room.GetResult();
                }

                SendSmall();
                SendBulk();
                while (_waiters.TryDequeue(_queuedBytes) is { } waiter)
                {
                    if (waiter.Frame is { } frame)
                    {
                        Add(frame, waiter.Options);
                    }

                    released.Add(waiter);
                }

                SendLast();
                emptied = IsEmpty ? _emptied : null;
            }

            Flush(lazy: false);
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

    private void SendSmall()
    {
        while (_queue.Count > 0)
        {
            var (next, options) = _queue.Peek();
            if (!TrySend(MessageOf(next), options))
            {
                WaitForRoom();
                return;
            }

            _queuedBytes -= next.Length;
            next.Buffer.Return();
            _queue.Dequeue();
        }
    }

    private void DropQueues()
    {
        while (_queue.Count > 0)
        {
            _queue.Dequeue().Frame.Buffer.Return();
        }

        _turn?.Return();
        _turn = null;
        while (_bulk.Count > 0)
        {
            _bulk.Dequeue().Return();
        }

        _last?.Buffer.Return();
        _last = null;
        _queuedBytes = 0;
    }
}
