using System.Buffers;
using System.IO.Pipelines;
using Rpc.Transports;

namespace Rpc.Testing.Internal;

/// <summary>One direction of a stream over a bad network: what is read comes out at the other end when it would have arrived.</summary>
internal sealed class StreamShaper : IDisposable
{
    /// <summary>What may be on its way, as a TCP window has it.</summary>
    private const int Window = 4 * 1024 * 1024;
    private const int ChunkSize = 16 * 1024;
    private const int PacketSize = 1400;

    /// <summary>The least time after which a lost packet is sent again.</summary>
    private static readonly long s_repetition = TimeSpan.FromMilliseconds(10).Ticks;

    private readonly NetworkDirection _direction;
    private readonly TimeProvider _timeProvider;
    private readonly PipeReader _source;
    private readonly PipeWriter _target;
    private readonly bool _ownsTarget;
    private readonly Random _random;
    private readonly long _start;
    private readonly ByteLine _line = new(Window);
    private readonly CancellationTokenSource _rush = new();
    private long _freeAt;
    private long _lastArrival;
    private volatile bool _isStopped;

    internal StreamShaper(NetworkDirection direction, TimeProvider timeProvider, int seed, PipeReader source, PipeWriter target, bool ownsTarget)
    {
        _ownsTarget = ownsTarget;
        _direction = direction;
        _timeProvider = timeProvider;
        _source = source;
        _target = target;
#pragma warning disable CA5394 // Chance that repeats is the point.
        _random = new Random(seed);
#pragma warning restore CA5394
        _start = timeProvider.GetTimestamp();
    }

    private long Now => _timeProvider.GetElapsedTime(_start).Ticks;

    /// <summary>Moves bytes until the source ends, and then ends the target; a failure of either ends both.</summary>
    internal async Task RunAsync()
    {
        var intake = TakeInAsync();
        Exception? failure = null;
        try
        {
            await GiveOutAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception as TransportException ?? new TransportException(TransportError.ConnectionReset, "The other side is gone.", exception);
        }

        _line.Drop(failure);
        _source.CancelPendingRead();
        await intake.ConfigureAwait(false);
        await CompleteAsync(_target.CompleteAsync(failure)).ConfigureAwait(false);
        await CompleteAsync(_source.CompleteAsync(_isStopped ? null : failure)).ConfigureAwait(false);
    }

    /// <summary>Lets everything that is on its way arrive now.</summary>
    internal void Rush()
    {
        try
        {
            _rush.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Stops moving bytes; the source is not cut.</summary>
    internal void Stop()
    {
        _isStopped = true;
        Cut(new TransportException(TransportError.ConnectionAborted, "This side closed the connection."));
    }

    /// <summary>Drops what is on its way and ends both ends.</summary>
    internal void Cut(TransportException failure)
    {
        _line.Drop(failure);
        Rush();
        if (_ownsTarget)
        {
            // Nobody may read any more what it waits with. A connection within ends its own waits when it is aborted.
            _target.CancelPendingFlush();
        }
    }

    public void Dispose() => _rush.Dispose();

    private static async Task CompleteAsync(ValueTask completion)
    {
        try
        {
            await completion.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException or IOException or ObjectDisposedException)
        {
            // It has gone before.
        }
    }

    private async Task TakeInAsync()
    {
        try
        {
            var isOpen = true;
            while (isOpen)
            {
                var read = await _source.ReadAsync().ConfigureAwait(false);
                isOpen = !read.IsCanceled && !read.IsCompleted;
                for (var rest = read.Buffer; !read.IsCanceled && !rest.IsEmpty;)
                {
                    var chunk = rest.Slice(0, Math.Min(ChunkSize, rest.Length));
                    rest = rest.Slice(chunk.End);
                    if (!await _line.AddAsync(chunk.ToArray(), Schedule).ConfigureAwait(false))
                    {
                        isOpen = false;
                        break;
                    }
                }

                _source.AdvanceTo(read.Buffer.End);
            }

            _line.End();
        }
        catch (Exception exception)
        {
            _line.End(exception);
            Rush();
        }
    }

    private async Task GiveOutAsync()
    {
        while (await _line.PeekAsync().ConfigureAwait(false) is { } next)
        {
            await WaitUntilAsync(next.DueAt).ConfigureAwait(false);
            var flush = await _target.WriteAsync(next.Bytes).ConfigureAwait(false);
            _line.Remove();
            if (flush.IsCompleted)
            {
                throw new TransportException(TransportError.ConnectionReset, "The other side is gone.");
            }
        }
    }

    private async Task WaitUntilAsync(long dueAt)
    {
        try
        {
            while (!_rush.IsCancellationRequested)
            {
                await _direction.WhenPassableAsync(_rush.Token).ConfigureAwait(false);
                var wait = dueAt - Now;
                if (wait <= 0)
                {
                    return;
                }

                await _timeProvider.WaitAsync(TimeSpan.FromTicks(wait), _rush.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // In a hurry.
        }
    }

    // Called under the line's lock, in the order of the bytes.
    private long Schedule(int length)
    {
        var conditions = _direction.Conditions;
        var now = Now;
        var sentAt = now;
        if (conditions.BytesPerSecond > 0)
        {
            sentAt = _freeAt = Math.Max(now, _freeAt) + (length * TimeSpan.TicksPerSecond / conditions.BytesPerSecond);
        }

        var arrival = sentAt + conditions.Delay.Ticks + (long)(Next() * conditions.Jitter.Ticks);
        for (var packets = (length + PacketSize - 1) / PacketSize; packets > 0; packets--)
        {
            if (conditions.Loss > 0 && Next() < conditions.Loss)
            {
                arrival += (2 * conditions.Delay.Ticks) + s_repetition;
            }
        }

        return _lastArrival = Math.Max(_lastArrival, arrival);
    }

#pragma warning disable CA5394 // Chance that repeats is the point.
    private double Next() => _random.NextDouble();
#pragma warning restore CA5394
}
