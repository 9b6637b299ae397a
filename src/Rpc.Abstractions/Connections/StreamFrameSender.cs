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
internal sealed partial class StreamFrameSender : FrameSender
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
    private readonly SessionTransport? _session;
    private readonly Drain _drain;
    private readonly long _maxQueued;
    private readonly long _maxIncomplete;
    private readonly Action<Exception> _onFailure;
    private readonly Action _onWritten;

    // Guarded by _gate.
    private List<OutputSegment> _filling = [];
    private TransferQueue? _transfers;
    private SendWaitQueue? _waiters;
    private long _queuedBytes;
    private bool _flushing;
    private bool _deferred;
    private RpcException? _failure;
    private HashSet<int>? _unsent;
    private TaskCompletionSource<bool>? _completing;
    private TaskCompletionSource<bool>? _idle;
    private bool _pieceDue;

    // Owned by the flusher.
    private List<OutputSegment> _inFlight = [];
    private int _index;
    private Transfer? _transfer;
    private bool _isAck;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _write;
    private long _completedWrites;
    private long _sentBytes;

    /// <param name="output">The transport.</param>
    /// <param name="drain">The drain whose thread's writes are deferred to the end of its batch.</param>
    /// <param name="maxQueued">The most bytes queued.</param>
    /// <param name="maxIncomplete">The most bytes of frames in pieces that the peer puts together at once.</param>
    /// <param name="onFailure">Told once when writing failed; must not block.</param>
    /// <param name="session">The session, where the transport has one that outlives its connections; it takes over what is written.</param>
    /// <param name="acknowledged">The clock, where the peer acknowledges pieces and wants its own acknowledged.</param>
    public StreamFrameSender(PipeWriter output, Drain drain, long maxQueued, long maxIncomplete, Action<Exception> onFailure, SessionTransport? session = null, TimeProvider? acknowledged = null)
    {
        _output = output;
        _session = session;
        _acknowledged = acknowledged;
        _drain = drain;
        _maxQueued = maxQueued;
        _maxIncomplete = maxIncomplete;
        _onFailure = onFailure;
        _onWritten = OnWritten;
    }

    public override bool HasDeferred => Volatile.Read(ref _deferred);

    public override long SentBytes => Volatile.Read(ref _sentBytes);

    public override long QueuedBytes => Volatile.Read(ref _queuedBytes);

    // What waits for the peer's acknowledgement makes progress with that alone, whatever else is written; while nobody is there to acknowledge, it is not waited for.
    public override (long Completed, bool Pending) Progress => Volatile.Read(ref _awaitsAck) && _session is not { IsInterrupted: true }
        ? (-1 - _window!.Acked, true)
        : (Volatile.Read(ref _completedWrites), Volatile.Read(ref _flushing) || _session is { IsStalled: true });

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
            if (frame.Length > CopyLimit || options.Low || _transfers is { IsEmpty: false })
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
            StartFlush(options.Lazy);
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
            _unsent = FindUnsent();
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
            waiter.TrySetException(exception.Copy(RpcCallProgress.NotSent));
        }
    }

    public override HashSet<int>? UnsentCalls()
    {
        lock (_gate)
        {
            return _failure is null ? FindUnsent() : _unsent;
        }
    }

    public override void Wake()
    {
        bool flush;
        lock (_gate)
        {
            flush = TakeFlush();
        }

        if (flush)
        {
            Queue();
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
            throw _failure is null ? Unavailable() : _failure.Copy(RpcCallProgress.NotSent);
        }
    }

    private static RpcException Unavailable() => new(RpcStatusCode.Unavailable, "The connection is closing; the call was not sent.") { Progress = RpcCallProgress.NotSent };
}
