using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Rpc.Transports;

namespace Rpc.Transport.Tcp.Internal;

/// <summary>Writes to a <see cref="ByteChannel"/> straight from the caller's memory.</summary>
/// <remarks>
/// A send that has begun cannot be taken back: part of it may have left. Cancelling the token of a waiting write therefore cuts the connection,
/// and a cancelled flush is reported by the flush's result when it ends. One operation at a time; the fields of the operation belong
/// to the caller until it waits, then to the send's callback until it completes <see cref="_source"/>.
/// </remarks>
internal sealed class ChannelPipeWriter : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>Most bytes that are copied behind unflushed ones to leave in the same send.</summary>
    private const int MaxMerge = 4096;

    private readonly SendBuffer _unflushed = new();
    private readonly ByteChannel _channel;
    private readonly Action _onSent;

    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _send;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private ReadOnlyMemory<byte> _piece;
    private ReadOnlyMemory<byte> _last;
    private Exception? _failure;
    private TransportException? _error;
    private Task? _end;
    private volatile bool _isWaiting;
    private volatile bool _isCancelRequested;

    internal ChannelPipeWriter(ByteChannel channel)
    {
        _channel = channel;
        _onSent = OnSent;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed.Length;

    /// <summary>The graceful end, once begun; it may have failed.</summary>
    internal Task? End => _end;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        return _unflushed.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ThrowIfCompleted();
        _unflushed.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => WriteAsync(default, cancellationToken);

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<FlushResult>(Task.FromCanceled<FlushResult>(cancellationToken));
        }

        if (_error is not null)
        {
            return new ValueTask<FlushResult>(Task.FromException<FlushResult>(_error));
        }

        return SendAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => _isCancelRequested = true;

    /// <inheritdoc/>
    /// <remarks>What was not flushed leaves in the background; the connection's disposal awaits it.</remarks>
    public override void Complete(Exception? exception = null) => _end ??= Begin(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => new(_end ??= Begin(exception));

    /// <summary>Completes the writer without sending anything more.</summary>
    internal void Discard()
    {
        _end ??= Task.CompletedTask;
        _unflushed.Clear();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
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

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void ThrowIfCompleted()
    {
        if (_end is not null)
        {
            throw new InvalidOperationException("The writer was completed.");
        }
    }

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (_unflushed.Length > 0 && source.Length is > 0 and <= MaxMerge)
        {
            source.CopyTo(_unflushed.GetMemory(source.Length));
            _unflushed.Advance(source.Length);
            source = default;
        }

        _last = source;
        _token = cancellationToken;
        if (TrySend())
        {
            return _failure is null
                ? new ValueTask<FlushResult>(TakeResult())
                : new ValueTask<FlushResult>(Task.FromException<FlushResult>(_failure));
        }

        return WaitAsync(cancellationToken);
    }

    private ValueTask<FlushResult> WaitAsync(CancellationToken cancellationToken)
    {
        _isWaiting = true;
        var result = new ValueTask<FlushResult>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.Register(static state => ((ChannelPipeWriter)state!).OnTokenCancelled(), this);
        }

        _send.UnsafeOnCompleted(_onSent);
        return result;
    }

    // Sends what is left. True: everything was taken by the channel, or it failed. False: a send is in flight, in _send.
    private bool TrySend()
    {
        try
        {
            while (TryTakePiece())
            {
#pragma warning disable CA2012 // The awaiter is kept instead of an async method, which would allocate; its result is taken once.
                _send = _channel.SendAsync(_piece).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!_send.IsCompleted)
                {
                    return false;
                }

                Sent(_send.GetResult());
            }

            _unflushed.Clear();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return true;
    }

    // Nothing is kept of a piece that was sent: an empty slice would keep the caller's array alive.
    private void Sent(int count) => _piece = count < _piece.Length ? _piece[count..] : default;

    private bool TryTakePiece()
    {
        if (!_piece.IsEmpty)
        {
            return true;
        }

        _piece = _unflushed.Take();
        if (_piece.IsEmpty)
        {
            _piece = _last;
            _last = default;
        }

        return !_piece.IsEmpty;
    }

    private void OnSent()
    {
        try
        {
            Sent(_send.GetResult());
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        if (_failure is null && !TrySend())
        {
            _send.UnsafeOnCompleted(_onSent);
            return;
        }

        _isWaiting = false;
        if (_failure is null)
        {
            _source.SetResult(TakeResult());
        }
        else
        {
            _source.SetException(_failure);
        }
    }

    private void Fail(Exception exception)
    {
        _error = _channel.Map(exception);
        _failure = _token.IsCancellationRequested ? new OperationCanceledException("The write was cancelled; the connection is cut.", _error, _token) : _error;
        _piece = default;
        _last = default;
        _unflushed.Clear();
    }

    private void OnTokenCancelled()
    {
        if (_isWaiting)
        {
            _channel.Abort();
        }
    }

    private FlushResult TakeResult()
    {
        var isCanceled = _isCancelRequested;
        if (isCanceled)
        {
            _isCancelRequested = false;
        }

        return new FlushResult(isCanceled, isCompleted: false);
    }

    private Task Begin(Exception? exception)
    {
        if (exception is not null)
        {
            _channel.Abort();
        }

        if (exception is not null || _error is not null)
        {
            _unflushed.Clear();
            return Task.CompletedTask;
        }

        return EndAsync();
    }

    private async Task EndAsync()
    {
        if (_unflushed.Length > 0)
        {
            await SendAsync(default, default).ConfigureAwait(false);
        }

        try
        {
            await _channel.EndAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The peer is gone, as the reader will find: there is nobody to tell that nothing follows.
            _error = _channel.Map(exception);
        }
    }
}
