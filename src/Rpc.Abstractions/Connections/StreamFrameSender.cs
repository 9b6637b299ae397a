using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>Writes frames to a byte stream: small ones are gathered in a buffer, larger ones go from the memory they were written in, and very large ones
/// in pieces between the others.</summary>
/// <remarks>
/// Whoever finds no flush running flushes on its own thread; what is written meanwhile goes out with the next write. Invariants: everything but the
/// list in flight is guarded by <c>_gate</c>; the list in flight belongs to whoever holds the role <c>_flushing</c>; no task is completed and no
/// transport is called under the lock.
/// </remarks>
internal sealed class StreamFrameSender : FrameSender
{
    /// <summary>Frames up to this size are copied into the shared buffer: below it a copy is cheaper than a write of its own.</summary>
    private const int CopyLimit = 16 * 1024;

    /// <summary>Frames above this size travel in pieces.</summary>
    private const int PieceThreshold = 128 * 1024;

    private const int SmallSegment = 4 * 1024;
    private const int LargeSegment = 64 * 1024;

    /// <summary>Beyond the limit of the queue, what answers to the peer's own doing may take.</summary>
    private const int ControlSlack = 1024 * 1024;

    /// <summary>How many lists a caller's thread writes before it hands the role to the pool.</summary>
    private const int MaxInlineRounds = 2;

    private readonly Lock _gate = new();
    private readonly PipeWriter _output;
    private readonly Drain _drain;
    private readonly long _maxQueued;
    private readonly Action<Exception> _onFailure;
    private readonly Action _onWritten;

    // Guarded by _gate.
    private List<OutputSegment> _filling = [];
    private readonly List<Transfer> _transfers = [];
    private SendWaitQueue? _waiters;
    private long _queuedBytes;
    private bool _flushing;
    private bool _deferred;
    private RpcException? _failure;
    private TaskCompletionSource<bool>? _completing;
    private TaskCompletionSource<bool>? _idle;
    private ushort _nextTransfer;
    private int _nextInTurn;
    private bool _pieceDue;

    // Owned by the flusher.
    private List<OutputSegment> _inFlight = [];
    private int _index;
    private Transfer? _transfer;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _write;
    private long _completedWrites;

    /// <param name="output">The transport.</param>
    /// <param name="drain">The drain whose thread's writes are deferred to the end of its batch.</param>
    /// <param name="maxQueued">The most bytes queued.</param>
    /// <param name="onFailure">Told once when writing failed; must not block.</param>
    public StreamFrameSender(PipeWriter output, Drain drain, long maxQueued, Action<Exception> onFailure)
    {
        _output = output;
        _drain = drain;
        _maxQueued = maxQueued;
        _onFailure = onFailure;
        _onWritten = OnWritten;
    }

    public override bool HasDeferred => Volatile.Read(ref _deferred);

    public override long QueuedBytes => Volatile.Read(ref _queuedBytes);

    public override (long Completed, bool Pending) Progress => (Volatile.Read(ref _completedWrites), Volatile.Read(ref _flushing));

    public override bool IsFull => Volatile.Read(ref _queuedBytes) >= _maxQueued;

    public override void Send(OutgoingFrame frame, SendOptions options)
    {
        bool flush;
        lock (_gate)
        {
            ThrowIfFailed();
            Append(frame, options);
            flush = TakeFlush();
        }

        if (flush)
        {
            StartFlush(options.Lazy);
        }
    }

    public override bool TrySendCopy(ReadOnlySpan<byte> frame, SendOptions options)
    {
        bool flush;
        lock (_gate)
        {
            ThrowIfFailed();
            if (frame.Length > CopyLimit || options.Low || _transfers.Count > 0)
            {
                return false;
            }

            _queuedBytes += frame.Length;
            AppendCopy(frame);
            flush = TakeFlush();
        }

        if (flush)
        {
            StartFlush(options.Lazy);
        }

        return true;
    }

    public override void SendControl(OutgoingFrame frame, SendOptions options = default)
    {
        var flush = false;
        var flooded = false;
        lock (_gate)
        {
            if (_failure is null && _completing is null)
            {
                flooded = _queuedBytes > _maxQueued + ControlSlack;
                if (!flooded)
                {
                    Append(frame, options);
                    flush = TakeFlush();
                }
            }
            else
            {
                frame.Buffer.Return();
            }
        }

        if (flush)
        {
            StartFlush(lazy: false);
        }

        if (flooded)
        {
            frame.Buffer.Return();
            _onFailure(new ProtocolException("The peer makes this side answer and does not read the answers.", RpcCloseReason.ResourceExhausted));
        }
    }

    public override ValueTask SendAsync(OutgoingFrame frame, SendOptions options, long limit, CancellationToken cancellationToken)
    {
        bool flush;
        lock (_gate)
        {
            ThrowIfFailed();
            if (_queuedBytes >= limit || _waiters is { IsEmpty: false })
            {
                var waiter = new SendWaiter(frame, options, limit);
                (_waiters ??= new SendWaitQueue()).Enqueue(waiter);
                return waiter.WaitAsync(cancellationToken);
            }

            Append(frame, options);
            flush = TakeFlush();
        }

        if (flush)
        {
            StartFlush(options.Lazy);
        }

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
            (_waiters ??= new SendWaitQueue()).Enqueue(waiter);
            return waiter.WaitAsync(cancellationToken);
        }
    }

    public override void FlushDeferred()
    {
        if (!Volatile.Read(ref _deferred))
        {
            return;
        }

        bool flush;
        lock (_gate)
        {
            flush = _deferred && !_flushing;
            _deferred = false;
            _flushing |= flush;
        }

        if (flush)
        {
            Flush(inline: true);
        }
    }

    public override async ValueTask CompleteAsync(OutgoingFrame? last)
    {
        var flush = false;
        Task written;
        lock (_gate)
        {
            if (_failure is not null)
            {
                last?.Buffer.Return();
                return;
            }

            if (last is { } frame)
            {
                Append(frame, default);
            }

            _completing ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            written = _completing.Task;
            _deferred = false;
            flush = !_flushing;
            _flushing = true;
        }

        if (flush)
        {
            Flush(inline: false);
        }

        await written.ConfigureAwait(false);
        await _output.CompleteAsync().ConfigureAwait(false);
    }

    public override void Fail(RpcException exception)
    {
        List<SendWaiter>? waiters;
        TaskCompletionSource<bool>? completing;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = exception;
            waiters = _waiters?.Clear();
            completing = _completing;
            if (!_flushing)
            {
                DropQueue();
            }
        }

        completing?.TrySetException(exception);
        foreach (var waiter in waiters ?? [])
        {
            waiter.Frame?.Buffer.Return();
            waiter.TrySetException(exception);
        }
    }

    public override Task WhenIdle()
    {
        lock (_gate)
        {
            return _flushing ? (_idle ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }
    }

    /// <summary>The role of the flusher, handed to the pool.</summary>
    public override void Execute() => Flush(inline: false);

    private void ThrowIfFailed()
    {
        if (_failure is not null || _completing is not null)
        {
            throw _failure is null ? Unavailable() : new RpcException(_failure.StatusCode, _failure.Message, _failure.InnerException);
        }
    }

    private static RpcException Unavailable() => new(RpcStatusCode.Unavailable, "The connection is closing; the call was not sent.");

    /// <summary>Adds a frame to the queue. Under _gate.</summary>
    private void Append(OutgoingFrame frame, SendOptions options)
    {
        var length = frame.Length;
        _queuedBytes += length;
        var lane = options.Delivery.Delivery == RpcDelivery.Ordered ? options.Delivery.Lane : 0;
        if (length > PieceThreshold || options.Low || (_transfers.Count > 0 && IsBehindTransfer(lane, _transfers.Count)))
        {
            _transfers.Add(new Transfer(frame, _nextTransfer++, options.Low, lane));
            return;
        }

        if (length > CopyLimit)
        {
            var end = frame.Buffer.End;
            _filling.Add(new OutputSegment { Array = frame.Buffer.Detach(), Start = frame.Start, End = end });
            return;
        }

        AppendCopy(frame.Span);
        frame.Buffer.Return();
    }

    private void AppendCopy(ReadOnlySpan<byte> frame)
    {
        var count = _filling.Count;
        if (count == 0 || !TryExtend(count - 1, frame.Length))
        {
            _filling.Add(new OutputSegment { Array = ArrayPool<byte>.Shared.Rent(count == 0 ? Math.Max(frame.Length, SmallSegment) : LargeSegment) });
            TryExtend(count, frame.Length);
        }

        var tail = _filling[_filling.Count - 1];
        frame.CopyTo(tail.Array.AsSpan(tail.End - frame.Length));
    }

    /// <summary>Makes room at the end of a segment. A small one becomes a large one: a copy of 4 KB costs far less than a write of its own.</summary>
    private bool TryExtend(int index, int length)
    {
        var segment = _filling[index];
        if (segment.Array.Length - segment.End < length)
        {
            if (segment.Start > 0 || segment.Array.Length >= LargeSegment)
            {
                return false;
            }

            var larger = ArrayPool<byte>.Shared.Rent(LargeSegment);
            segment.Array.AsSpan(0, segment.End).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(segment.Array);
            segment.Array = larger;
        }

        segment.End += length;
        _filling[index] = segment;
        return true;
    }

    /// <summary>Whether the caller has to flush what it added. Under _gate.</summary>
    private bool TakeFlush()
    {
        if (_flushing)
        {
            return false;
        }

        if (_drain.WillFlush)
        {
            _deferred = true;
            return false;
        }

        _flushing = true;
        return true;
    }

    private void StartFlush(bool lazy)
    {
        if (lazy)
        {
            Queue();
        }
        else
        {
            Flush(inline: true);
        }
    }

    private void OnWritten()
    {
        try
        {
            Written(_write.GetResult());
        }
        catch (Exception e)
        {
            Broke(e);
            return;
        }

        Flush(inline: false);
    }

    private void Flush(bool inline)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                while (_index < _inFlight.Count)
                {
                    var segment = _inFlight[_index];
                    var write = _output.WriteAsync(segment.Array.AsMemory(segment.Start, segment.End - segment.Start)).ConfigureAwait(false).GetAwaiter();
                    if (!write.IsCompleted)
                    {
                        _write = write;
                        write.UnsafeOnCompleted(_onWritten);
                        return;
                    }

                    Written(write.GetResult());
                }

                if (!Next())
                {
                    return;
                }

                if (inline && round == MaxInlineRounds)
                {
                    Queue();
                    return;
                }
            }
        }
        catch (Exception e)
        {
            Broke(e);
        }
    }

    private void Written(FlushResult result)
    {
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new TransportException(TransportError.ConnectionReset, "The peer no longer reads.");
        }

        var segment = _inFlight[_index];
        _index++;
        Volatile.Write(ref _completedWrites, _completedWrites + 1);
        if (_transfer is null)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }
        else if (_transfer.IsDone)
        {
            _transfer.Return();
        }
    }

    /// <summary>Gives up what was written and takes what is to be written next; false gives up the role.</summary>
    private bool Next()
    {
        TaskCompletionSource<bool>? completing = null;
        var released = default(List<SendWaiter>);
        var more = true;
        lock (_gate)
        {
            Settle();
            _index = 0;
            _transfer = null;
            _deferred = false;
            if (_failure is not null)
            {
                DropQueue();
            }

            while (_waiters?.TryDequeue(_queuedBytes) is { } waiter)
            {
                if (waiter.Frame is { } frame)
                {
                    Append(frame, waiter.Options);
                }

                (released ??= []).Add(waiter);
            }

            // A list, then a piece, then a list: pieces are not starved by small frames, a small frame waits for one piece at most.
            var transfer = _filling.Count == 0 || _pieceDue ? NextTransfer(low: _filling.Count == 0) : null;
            if (transfer is not null)
            {
                _pieceDue = false;
                _transfer = transfer;
                _inFlight.Add(transfer.Next());
            }
            else if (_filling.Count > 0)
            {
                (_filling, _inFlight) = (_inFlight, _filling);
                _pieceDue = true;
            }
            else
            {
                _flushing = false;
                more = false;
                completing = _failure is null ? _completing : _idle;
            }
        }

        completing?.TrySetResult(true);
        if (released is not null)
        {
            foreach (var waiter in released)
            {
                waiter.TrySetResult(true);
            }
        }

        return more;
    }

    /// <summary>Takes what was written off the queue. Under _gate.</summary>
    private void Settle()
    {
        if (_transfer is null)
        {
            foreach (var segment in _inFlight)
            {
                _queuedBytes -= segment.End - segment.Start;
            }
        }
        else
        {
            _queuedBytes -= _transfer.LastCharge;
            if (_transfer.IsDone)
            {
                _transfers.Remove(_transfer);
            }
        }

        _inFlight.Clear();
    }

    /// <summary>Whether one of the first transfers is of a lane: what follows in the lane must not overtake it. Under _gate.</summary>
    private bool IsBehindTransfer(uint lane, int count)
    {
        for (var i = 0; lane != 0 && i < count; i++)
        {
            if (_transfers[i].Lane == lane)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The transfer whose turn it is: normal ones in turn, each lane's first; low ones when nothing else is there. Under _gate.</summary>
    private Transfer? NextTransfer(bool low)
    {
        for (var i = 1; i <= _transfers.Count; i++)
        {
            var index = (_nextInTurn + i) % _transfers.Count;
            if (!_transfers[index].Low && !IsBehindTransfer(_transfers[index].Lane, index))
            {
                _nextInTurn = index;
                return _transfers[index];
            }
        }

        return low && _transfers.Count > 0 ? _transfers[0] : null;
    }

    private void Broke(Exception exception)
    {
        Fail(new RpcException(RpcStatusCode.Unavailable, "The connection was lost.", exception));
        TaskCompletionSource<bool>? idle;
        lock (_gate)
        {
            DropQueue();
            _flushing = false;
            idle = _idle;
        }

        idle?.TrySetResult(true);
        _onFailure(exception);
    }

    /// <summary>Returns all memory. Under _gate, by the flusher or when there is none.</summary>
    private void DropQueue()
    {
        if (_transfer is null)
        {
            for (; _index < _inFlight.Count; _index++)
            {
                ArrayPool<byte>.Shared.Return(_inFlight[_index].Array);
            }
        }

        foreach (var segment in _filling)
        {
            ArrayPool<byte>.Shared.Return(segment.Array);
        }

        _inFlight.Clear();
        _filling.Clear();
        _transfers.Clear();
        _index = 0;
        _transfer = null;
        _queuedBytes = 0;
    }
}
