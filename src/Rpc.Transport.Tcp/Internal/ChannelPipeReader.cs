using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Reads a <see cref="ByteChannel"/> straight into the memory that the reader is shown.</summary>
/// <remarks>
/// Cancelling a read never cancels the receive: it goes on, and its bytes come with a later read. <see cref="_gate"/> decides who ends a waiting
/// read, the receive or a cancellation; whoever clears <see cref="_isWaiting"/> under it completes <see cref="_source"/> outside it. The buffer is touched
/// by the reading caller alone, or, while he waits, by the one who is about to end his wait. What a receive in flight writes to is never moved.
/// </remarks>
internal sealed class ChannelPipeReader : PipeReader, IValueTaskSource<ReadResult>
{
    private readonly object _gate = new();
    private readonly ByteChannel _channel;
    private readonly Receiver _receiver;
    private readonly Action _onReceived;

    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private bool _isReceiving;
    private bool _isReceived;
    private bool _isWaiting;
    private bool _isCancelRequested;
    private bool _isCompleted;

    /// <summary>Creates the reader.</summary>
    /// <param name="channel">What to read.</param>
    /// <param name="spinCount">How often to look for bytes before waiting for them.</param>
    internal ChannelPipeReader(ByteChannel channel, int spinCount)
    {
        _channel = channel;
        _receiver = new Receiver(channel, spinCount);
        _onReceived = OnReceived;
    }

    // Bytes that came before an error are shown before it is thrown.
    private bool IsReadable => _receiver.Error is null || _receiver.Buffer.HasUnexamined;

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        if (TryTakeCancellation() is { } canceled)
        {
            result = canceled;
            return true;
        }

        if (_receiver.Buffer.HasUnexamined || _receiver.IsEnded)
        {
            result = Result();
            return true;
        }

        result = default;
        return _receiver.Error is null ? false : throw _receiver.Error;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<ReadResult>(Task.FromCanceled<ReadResult>(cancellationToken));
        }

        if (_isCancelRequested && TryTakeCancellation() is { } canceled)
        {
            return new ValueTask<ReadResult>(canceled);
        }

        if (!_receiver.Buffer.HasUnexamined && !_receiver.IsEnded && _receiver.Error is null)
        {
            if (!_isReceiving)
            {
                _isReceiving = !_receiver.TryReceive();
                if (_isReceiving)
                {
                    return WaitAsync(isNew: true, cancellationToken);
                }
            }
            else if (!TryCollect())
            {
                return WaitAsync(isNew: false, cancellationToken);
            }
        }

        return IsReadable
            ? new ValueTask<ReadResult>(Result())
            : new ValueTask<ReadResult>(Task.FromException<ReadResult>(_receiver.Error!));
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        _receiver.Buffer.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                _isCancelRequested = true;
                return;
            }

            _isWaiting = false;
        }

        // Not on this thread: the canceller is not to run the reader.
        _source.RunContinuationsAsynchronously = true;
        _source.SetResult(Result(isCanceled: true));
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            _channel.Abort();
        }

        bool isReceived;
        lock (_gate)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            isReceived = _isReceived;
            if (_isReceiving && !isReceived)
            {
                // Its memory is free when the receive has ended.
                return;
            }
        }

        if (isReceived)
        {
            // It may have failed, and a failed task that nobody looks at is reported as unobserved.
            _receiver.Discard();
        }
        else
        {
            _receiver.Buffer.Clear();
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        // Waits for a cancellation that is being delivered; after that none can reach a later read.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            // Now rather than before the next wait: the source would keep the caller's continuation, and all that it holds, alive.
            _source.Reset();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private ReadResult Result(bool isCanceled = false) => new(_receiver.Buffer.Sequence, isCanceled, _receiver.IsEnded);

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The reader was completed.");
        }
    }

    private ReadResult? TryTakeCancellation()
    {
        lock (_gate)
        {
            if (!_isCancelRequested)
            {
                return null;
            }

            _isCancelRequested = false;
        }

        return Result(isCanceled: true);
    }

    // The receive goes on since a cancelled read. True: it has ended by now.
    private bool TryCollect()
    {
        lock (_gate)
        {
            if (!_isReceived)
            {
                return false;
            }

            _isReceived = false;
        }

        _isReceiving = !_receiver.TryFinish();
        if (!_isReceiving)
        {
            return true;
        }

        _receiver.OnCompleted(_onReceived);
        return false;
    }

    private ValueTask<ReadResult> WaitAsync(bool isNew, CancellationToken cancellationToken)
    {
        _source.RunContinuationsAsynchronously = false;
        _token = cancellationToken;
        var result = new ValueTask<ReadResult>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.Register(static state => ((ChannelPipeReader)state!).OnTokenCancelled(), this);
        }

        var isReceived = BeginWait();
        if (isNew)
        {
            _receiver.OnCompleted(_onReceived);
        }
        else if (isReceived)
        {
            OnReceived();
        }

        return result;
    }

    // True: the receive ended while nobody waited, and its result is to be taken now.
    private bool BeginWait()
    {
        bool isCanceled;
        lock (_gate)
        {
            isCanceled = _isCancelRequested;
            _isCancelRequested = false;
            if (!isCanceled && !_token.IsCancellationRequested)
            {
                _isWaiting = true;
                var isReceived = _isReceived;
                _isReceived = false;
                return isReceived;
            }
        }

        _source.RunContinuationsAsynchronously = true;
        if (isCanceled)
        {
            _source.SetResult(Result(isCanceled: true));
        }
        else
        {
            _source.SetException(new OperationCanceledException(_token));
        }

        return false;
    }

    private void OnTokenCancelled()
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _source.RunContinuationsAsynchronously = true;
        _source.SetException(new OperationCanceledException(_token));
    }

    private void OnReceived()
    {
        bool isCompleted;
        bool wasWaiting;
        lock (_gate)
        {
            isCompleted = _isCompleted;
            wasWaiting = _isWaiting;
            if (!wasWaiting && !isCompleted)
            {
                _isReceived = true;
                return;
            }

            _isWaiting = false;
        }

        if (isCompleted)
        {
            _receiver.Discard();
            if (wasWaiting)
            {
                _source.SetException(_receiver.Error ?? _channel.Map(new ObjectDisposedException(nameof(ChannelPipeReader))));
            }
        }
        else if (_receiver.TryFinish())
        {
            _isReceiving = false;
            if (IsReadable)
            {
                _source.SetResult(Result());
            }
            else
            {
                _source.SetException(_receiver.Error!);
            }
        }
        else
        {
            BeginWait();
            _receiver.OnCompleted(_onReceived);
        }
    }
}
