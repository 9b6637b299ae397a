using Rpc.Transports;

namespace Rpc.Transport.Conformance.Messages;

/// <summary>One direction of an in-process message connection. Thread safe; one receiver.</summary>
internal sealed class MessageQueue(MessagePairOptions options, int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly LinkedList<(byte[] Bytes, MessageOptions How)> _messages = new();
    private TaskCompletionSource _arrival = NewSignal();
    private TaskCompletionSource _room = NewSignal();
    private TransportException? _receiverError;
    private TransportException? _senderError;
    private long _bytes;
    private bool _isEnded;

    /// <summary>Ends when everything sent before the end was received, or the receiver is gone.</summary>
    internal TaskCompletionSource Drained { get; } = NewSignal();

    internal bool TrySend(ReadOnlySpan<byte> message, MessageOptions how)
    {
        lock (_gate)
        {
            Throw(_senderError);
            if (_isEnded)
            {
                throw new TransportException(TransportError.ConnectionAborted, "This side has closed.");
            }

            var mayBeLost = how.Delivery is RpcDelivery.Unreliable or RpcDelivery.Sequenced;
            if (message.Length > (mayBeLost ? options.MaxUnreliableMessageSize : options.MaxMessageSize))
            {
                throw new ArgumentException($"{message.Length} bytes are more than a message may have.", nameof(message));
            }

            var isFull = _bytes + message.Length > options.QueueSize;
            if (mayBeLost && (isFull || _random.NextDouble() < options.Loss))
            {
                return true;
            }

            if (isFull)
            {
                return false;
            }

            _bytes += message.Length;
            Insert(message.ToArray(), how);
            _arrival.TrySetResult();
            return true;
        }
    }

    internal async ValueTask WaitToSendAsync(CancellationToken cancellationToken)
    {
        Task room;
        lock (_gate)
        {
            Throw(_senderError);
            if (_bytes < options.QueueSize / 2)
            {
                return;
            }

            room = _room.Task;
        }

        await room.WaitAsync(cancellationToken);
        lock (_gate)
        {
            Throw(_senderError);
        }
    }

    internal async ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                Throw(_receiverError);
                if (_messages.Count > 0)
                {
                    return true;
                }

                if (_isEnded)
                {
                    return false;
                }

                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    internal bool TryReceive(out ReadOnlyMemory<byte> message)
    {
        message = default;
        lock (_gate)
        {
            if (_receiverError is not null || _messages.First is not { } first)
            {
                return false;
            }

            message = first.Value.Bytes;
            _messages.RemoveFirst();
            _bytes -= message.Length;
            if (_bytes < options.QueueSize / 2)
            {
                _room.TrySetResult();
                _room = NewSignal();
            }

            if (_messages.Count == 0)
            {
                _arrival = _isEnded || _receiverError is not null ? _arrival : NewSignal();
                SignalDrained();
            }

            return true;
        }
    }

    /// <summary>Nothing follows what was sent.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            _arrival.TrySetResult();
            SignalDrained();
        }
    }

    internal void BreakReceiver(TransportException error)
    {
        lock (_gate)
        {
            _receiverError ??= error;
            _messages.Clear();
            _arrival.TrySetResult();
            Drained.TrySetResult();
        }
    }

    internal void BreakSender(TransportException error)
    {
        lock (_gate)
        {
            _senderError ??= error;
            _room.TrySetResult();
        }
    }

    // Under the gate, to which every continuation comes back asynchronously.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Throw(TransportException? error)
    {
        if (error is not null)
        {
            throw new TransportException(error.Error, error.Message, error);
        }
    }

    private void SignalDrained()
    {
        if (_isEnded && _messages.Count == 0)
        {
            Drained.TrySetResult();
        }
    }

    // A message may overtake some of those that wait, but none of its own lane.
    private void Insert(byte[] message, MessageOptions how)
    {
        var place = _messages.Last;
        if (_random.NextDouble() < options.Reordering)
        {
            for (var i = _random.Next(8); i > 0 && place is not null && !IsInLane(how, place.Value.How); i--)
            {
                place = place.Previous;
            }
        }

        if (place is null)
        {
            _messages.AddFirst((message, how));
        }
        else
        {
            _messages.AddAfter(place, (message, how));
        }
    }

    private static bool IsInLane(MessageOptions how, MessageOptions other) =>
        how.Delivery is RpcDelivery.Ordered or RpcDelivery.Sequenced && how.Delivery == other.Delivery && how.Lane == other.Lane;
}
