using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Rpc.Transport.WebSockets.Internal;

/// <summary>Reads the binary messages of a WebSocket as one stream of bytes.</summary>
/// <remarks>
/// <para>A WebSocket whose receive is cancelled is aborted. So a read that is cancelled only stops waiting: the receive stays under way, and
/// the next read takes what it brings.</para>
/// <para>With nothing buffered, the reader first receives into no memory at all: an idle connection holds none.</para>
/// <para>Who may touch the buffer and the receive: the consumer, except while it waits; then whoever claimed the wait by clearing
/// <see cref="_waiting"/> under the lock, until it completes the wait or arms it again.</para>
/// </remarks>
internal sealed class WebSocketPipeReader : PipeReader, IValueTaskSource<ReadResult>
{
    private readonly object _lock = new();
    private readonly WebSocketTransportConnection _connection;
    private readonly WebSocket _socket;
    private readonly ReceiveBuffer _buffer = new();
    private readonly Action _onReceived;

    private ManualResetValueTaskSourceCore<ReadResult> _wait;
    private CancellationToken _waitToken;
    private CancellationTokenRegistration _waitRegistration;
    private ConfiguredValueTaskAwaitable<ValueWebSocketReceiveResult>.ConfiguredValueTaskAwaiter _receive;
    private ReceiveState _receiveState;
    private bool _receivesIntoBuffer;

    // Under the lock.
    private bool _waiting;
    private bool _cancelRequested;

    // The header of a message has arrived but not all of its payload, so a receive is worth a buffer.
    private bool _payloadFollows;
    private bool _ended;
    private bool _completed;

    public WebSocketPipeReader(WebSocketTransportConnection connection, WebSocket socket)
    {
        _connection = connection;
        _socket = socket;
        _onReceived = OnReceived;
    }

    private enum ReceiveState
    {
        None,

        /// <summary>Under way; <see cref="OnReceived"/> will be called. Left under the lock.</summary>
        Pending,

        /// <summary>Over; its result was not taken.</summary>
        Ended,
    }

    private bool HasNews => _ended || !_buffer.IsExamined;

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        bool isCanceled;
        lock (_lock)
        {
            isCanceled = _cancelRequested;
            _cancelRequested = false;
        }

        var isRead = isCanceled || HasNews;
        result = isRead ? new ReadResult(_buffer.Content, isCanceled, _ended) : default;
        return isRead;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<ReadResult>(Task.FromCanceled<ReadResult>(cancellationToken));
        }

        if (TryRead(out var result))
        {
            return new ValueTask<ReadResult>(result);
        }

        _wait.Reset();
        _wait.RunContinuationsAsynchronously = false;
        if (cancellationToken.CanBeCanceled)
        {
            // Before the wait is armed; arming notices a cancellation that came in between.
            _waitToken = cancellationToken;
            _waitRegistration = cancellationToken.Register(static reader => ((WebSocketPipeReader)reader!).Cancel(byToken: true), this);
        }

        Drive();
        return new ValueTask<ReadResult>(this, _wait.Version);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        _buffer.Advance(consumed, examined, keepTail: _receivesIntoBuffer);
    }

    public override void CancelPendingRead() => Cancel(byToken: false);

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            _connection.Abort();
        }

        Release();
    }

    /// <summary>Gives the memory back; after the last read.</summary>
    public void Release()
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        if (_receivesIntoBuffer)
        {
            _buffer.Abandon();
        }
        else
        {
            _buffer.Release();
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    /// <summary>Receives until there is something to tell and completes the wait, or arms the wait and returns.</summary>
    private void Drive()
    {
        try
        {
            while (!HasNews)
            {
                var isNew = _receiveState == ReceiveState.None;
                if (isNew)
                {
                    BeginReceive();
                }

                if (TryArm(out var isCanceled))
                {
                    if (isNew)
                    {
                        _receive.UnsafeOnCompleted(_onReceived);
                    }

                    if (isCanceled)
                    {
                        CompleteWaitAsCanceled();
                    }

                    return;
                }

                EndReceive();
            }
        }
        catch (Exception exception)
        {
            DisarmCancellation();
            _wait.SetException(_connection.Fail(exception));
            return;
        }

        DisarmCancellation();
        _wait.SetResult(new ReadResult(_buffer.Content, isCanceled: false, _ended));
    }

    private void BeginReceive()
    {
        _connection.ThrowIfFailed();
        _receivesIntoBuffer = _payloadFollows || !_buffer.IsEmpty;
        var memory = _receivesIntoBuffer ? _buffer.GetFree() : Memory<byte>.Empty;
#pragma warning disable CA2012 // The awaiter is kept instead of an async method, which would allocate; its result is taken once.
        _receive = _socket.ReceiveAsync(memory, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        _receiveState = _receive.IsCompleted ? ReceiveState.Ended : ReceiveState.Pending;
    }

    private void EndReceive()
    {
        _receiveState = ReceiveState.None;
        var result = _receive.GetResult();
        if (_receivesIntoBuffer)
        {
            _receivesIntoBuffer = false;
            _buffer.Received(result.Count);
        }

        _payloadFollows = !result.EndOfMessage;
        switch (result.MessageType)
        {
            case WebSocketMessageType.Close:
                _connection.ThrowUnlessOrderlyClose();
                _connection.EndDirection();
                _ended = true;
                break;
            case WebSocketMessageType.Text:
                throw _connection.RejectText();
        }
    }

    /// <summary>Arms the wait for the receive that is under way.</summary>
    /// <param name="isCanceled">The wait was cancelled meanwhile and is not armed: the caller completes it.</param>
    /// <returns>False when no receive is under way any more.</returns>
    private bool TryArm(out bool isCanceled)
    {
        lock (_lock)
        {
            isCanceled = false;
            if (_receiveState != ReceiveState.Pending)
            {
                return false;
            }

            isCanceled = _cancelRequested || _waitToken.IsCancellationRequested;
            _waiting = !isCanceled;
            return true;
        }
    }

    private void OnReceived()
    {
        lock (_lock)
        {
            _receiveState = ReceiveState.Ended;
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        Drive();
    }

    private void Cancel(bool byToken)
    {
        lock (_lock)
        {
            _cancelRequested |= !byToken;
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        // Not on the thread of whoever cancels.
        _wait.RunContinuationsAsynchronously = true;
        CompleteWaitAsCanceled();
    }

    private void CompleteWaitAsCanceled()
    {
        bool byRequest;
        lock (_lock)
        {
            byRequest = _cancelRequested;
            _cancelRequested = false;
        }

        var token = _waitToken;
        DisarmCancellation();
        if (byRequest)
        {
            _wait.SetResult(new ReadResult(_buffer.Content, isCanceled: true, _ended));
        }
        else
        {
            _wait.SetException(new OperationCanceledException(token));
        }
    }

    private void DisarmCancellation()
    {
        _waitRegistration.Dispose();
        _waitRegistration = default;
        _waitToken = default;
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The reader was completed.");
        }
    }
}
