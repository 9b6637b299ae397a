using System.Runtime.CompilerServices;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>What waits for room in the transport.</content>
internal sealed partial class MessageFrameSender
{
    private readonly Queue<(OutgoingFrame Frame, SendOptions Options)> _queue = new();
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _room;
    private bool _waitingForRoom;
    private bool _roomIsReady;

    private bool IsEmpty => _queue.Count == 0 && HasNoBulk && _last is null;

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

            AddBulk(frame, options);
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

        DropBulk();
        _last?.Buffer.Return();
        _last = null;
        _queuedBytes = 0;
    }
}
