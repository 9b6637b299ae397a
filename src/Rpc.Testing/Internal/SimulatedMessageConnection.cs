using System.Net;
using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>Messages over a simulated network: what this side sends waits here until it would have arrived, and what may be lost may be.</summary>
internal sealed class SimulatedMessageConnection : MessageTransportConnection, ISimulatedConnection
{
    private const long RepetitionTicks = 10 * TimeSpan.TicksPerMillisecond;

    private readonly object _gate = new();
    private readonly SimulatedNetwork _network;
    private readonly MessageTransportConnection _inner;
    private readonly NetworkDirection _direction;
    private readonly Random _random;
    private readonly long _start;
    private readonly SortedDictionary<(long DueAt, long Number), (byte[] Message, MessageOptions Options)> _onTheWay = [];
    private readonly Dictionary<(RpcDelivery, uint), long> _lanes = [];
    private readonly CancellationTokenSource _rush = new();
    private readonly Task _delivering;
    private bool _isDisposed;
    private TaskCompletionSource<bool> _changed = NewSignal();
    private TransportException? _failure;
    private bool _isEnding;
    private long _number;
    private long _freeAt;
    private long _reliableBytes;

    internal SimulatedMessageConnection(SimulatedNetwork network, MessageTransportConnection inner, NetworkDirection outbound, int seed)
    {
        _network = network;
        _inner = inner;
        _direction = outbound;
#pragma warning disable CA5394 // Chance that repeats is the point.
        _random = new Random(seed);
#pragma warning restore CA5394
        _start = network.TimeProvider.GetTimestamp();
        _delivering = Task.Run(DeliverAsync);
    }

    public override string Scheme => _inner.Scheme;

    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public override bool IsEncrypted => _inner.IsEncrypted;

    public override int MaxMessageSize => _inner.MaxMessageSize;

    public override int MaxUnreliableMessageSize => _inner.MaxUnreliableMessageSize;

    private long Now => _network.TimeProvider.GetElapsedTime(_start).Ticks;

    public override bool TrySend(ReadOnlySpan<byte> message, MessageOptions options)
    {
        var isReliable = options.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered;
        var limit = isReliable ? MaxMessageSize : MaxUnreliableMessageSize;
        if (message.Length > limit)
        {
            throw new ArgumentException($"A message of {message.Length} bytes cannot be sent {options.Delivery}: the limit is {limit} bytes.", nameof(message));
        }

        var conditions = _direction.Conditions;
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw new TransportException(_failure.Error, _failure.Message, _failure);
            }

            if (isReliable && _reliableBytes > Capacity(conditions))
            {
                return false;
            }

            var isLost = Chance(conditions.Loss);
            if (isLost && options.Redundant)
            {
                isLost = Chance(conditions.Loss);
            }

            if (!isReliable && (isLost || conditions.IsBlackhole))
            {
                return true;
            }

            _reliableBytes += isReliable ? message.Length : 0;
            _onTheWay.Add((Schedule(message.Length, options, conditions, isLost), _number++), (message.ToArray(), options));
            Signal();
        }

        return true;
    }

    public override void Flush()
    {
        // What is on its way leaves when it is due.
    }

    public override async ValueTask WaitToSendAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_failure is not null)
                {
                    throw new TransportException(_failure.Error, _failure.Message, _failure);
                }

                if (_reliableBytes <= Capacity(_direction.Conditions) / 2)
                {
                    return;
                }

                changed = _changed.Task;
            }

            await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken) => _inner.WaitToReceiveAsync(cancellationToken);

    public override bool TryReceive(out ReadOnlyMemory<byte> message) => _inner.TryReceive(out message);

    public override async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _isEnding = true;
            Signal();
        }

        _rush.Cancel();
        await WaitAsync(_delivering, cancellationToken).ConfigureAwait(false);
        await _inner.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Abort() => Cut(new TransportException(TransportError.ConnectionAborted, "This side cut the connection."));

    public void Cut() => Cut(new TransportException(TransportError.ConnectionReset, "The simulated network cut the connection."));

    public override async ValueTask DisposeAsync()
    {
        Abort();
        await _delivering.ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _isDisposed = true;
        }

        _rush.Dispose();
        _network.Remove(this);
    }

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static long Capacity(NetworkConditions conditions) => Math.Max(1024 * 1024, conditions.QueueSize);

    private static async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        var cancelled = NewSignal();
        using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Cut(TransportException failure)
    {
        lock (_gate)
        {
            if (_failure is not null || _isDisposed)
            {
                return;
            }

            _failure = failure;
            _isEnding = true;
            _onTheWay.Clear();
            Signal();
        }

        _rush.Cancel();
        _inner.Abort();
    }

    // Under the gate.
    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult(true);
    }

    private long Schedule(int length, MessageOptions options, NetworkConditions conditions, bool isRepeated)
    {
        var arrival = Now;
        if (conditions.BytesPerSecond > 0)
        {
            arrival = _freeAt = Math.Max(arrival, _freeAt) + (length * TimeSpan.TicksPerSecond / conditions.BytesPerSecond);
        }

        arrival += conditions.Delay.Ticks + (long)(Next() * conditions.Jitter.Ticks);
        arrival += isRepeated ? (2 * conditions.Delay.Ticks) + RepetitionTicks : 0;
        arrival += Chance(conditions.Reordering) ? (long)(Next() * conditions.ReorderingDelay.Ticks) : 0;
        if (options.Delivery is RpcDelivery.Ordered or RpcDelivery.Sequenced)
        {
            // Within a lane nothing is overtaken.
            var lane = (options.Delivery, options.Lane);
            arrival = _lanes[lane] = Math.Max(arrival, _lanes.TryGetValue(lane, out var last) ? last : 0);
        }

        return arrival;
    }

    private async Task DeliverAsync()
    {
        try
        {
            while (await WaitForNextAsync().ConfigureAwait(false) is { } next)
            {
                while (!_inner.TrySend(next.Message, next.Options))
                {
                    _inner.Flush();
                    await _inner.WaitToSendAsync(CancellationToken.None).ConfigureAwait(false);
                }

                _inner.Flush();
                lock (_gate)
                {
                    _reliableBytes -= next.Options.Delivery is RpcDelivery.Reliable or RpcDelivery.Ordered ? next.Message.Length : 0;
                    Signal();
                }
            }
        }
        catch (TransportException exception)
        {
            Cut(exception);
        }
    }

    // Takes the next message at the time of its arrival; null when none will come.
    private async Task<(byte[] Message, MessageOptions Options)?> WaitForNextAsync()
    {
        while (true)
        {
            Task changed;
            var wait = TimeSpan.MaxValue;
            lock (_gate)
            {
                if (_onTheWay.Count > 0)
                {
                    var first = _onTheWay.First();
                    wait = TimeSpan.FromTicks(first.Key.DueAt - Now);
                    if (_isEnding || (wait <= TimeSpan.Zero && !_direction.Conditions.IsBlackhole))
                    {
                        _onTheWay.Remove(first.Key);
                        return first.Value;
                    }
                }
                else if (_isEnding)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            try
            {
                if (wait == TimeSpan.MaxValue)
                {
                    await changed.ConfigureAwait(false);
                }
                else if (wait <= TimeSpan.Zero)
                {
                    await _direction.WhenPassableAsync(_rush.Token).ConfigureAwait(false);
                }
                else
                {
                    // An earlier one may be added.
                    using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_rush.Token);
                    await Task.WhenAny(changed, _network.TimeProvider.WaitAsync(wait, cancel.Token)).ConfigureAwait(false);
                    cancel.Cancel();
                }
            }
            catch (OperationCanceledException)
            {
                // In a hurry.
            }
        }
    }

    private bool Chance(double probability) => probability > 0 && Next() < probability;

#pragma warning disable CA5394 // Chance that repeats is the point.
    private double Next() => _random.NextDouble();
#pragma warning restore CA5394
}
