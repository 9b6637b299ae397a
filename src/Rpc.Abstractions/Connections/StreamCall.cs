using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>One enumeration of a call that returns a stream: the call is made with the first <see cref="MoveNextAsync"/>.</summary>
internal sealed class StreamCall<T> : OutgoingCall, IAsyncEnumerator<T>
{
    private readonly StreamRequest<T> _request;
    private readonly Connection _connection;
    private readonly CancellationToken _cancellationToken;
    private ItemsBuffer? _buffer;
    private ItemsReader<T>? _reader;
    private CallStreams? _streams;
    private ITimer? _deadline;
    private int _callId = -1;
    private bool _disposed;

    /// <summary>Ends with the enumeration, on the thread of whoever reads the stream: what listens to spans is user code.</summary>
    private CallTrace _trace;

    /// <summary>How the call failed, or null.</summary>
    private Exception? _fault;

    public StreamCall(StreamRequest<T> request, Connection connection, CancellationToken cancellationToken)
    {
        _request = request;
        _connection = connection;
        _cancellationToken = cancellationToken;
    }

    public T Current => _reader is null ? default! : _reader.Current;

    public ValueTask<bool> MoveNextAsync() => _reader is { } reader ? reader.MoveNextAsync() : StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _deadline?.Dispose();
        if (_reader is { } reader)
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            if (_buffer!.Close() && TryDecide(Version))
            {
                _connection.Cancel(_callId);
                _fault = new OperationCanceledException();
                _streams!.Close(_fault);
            }
        }

        EndTrace(Volatile.Read(ref _fault));
    }

    public override void OnEnd(Drain drain, int version, FrameType type, FramePayload payload)
    {
        var fault = type != FrameType.Response ? ReadFault(payload) : payload.Length == 0 ? null : Mismatch();
        if (TryDecide(version))
        {
            Volatile.Write(ref _fault, fault);
        }

        _buffer!.End(fault);
        payload.Release();
        _streams!.Close(s_ended);
    }

    public override bool TryFail(int version, Exception exception)
    {
        if (!TryDecide(version))
        {
            return false;
        }

        Volatile.Write(ref _fault, exception);
        _buffer?.Fail(exception);
        _streams?.Close(exception);
        return true;
    }

    /// <summary>Work of this kind is never queued: items and end go to the buffer.</summary>
    public override void Execute(int op, int version, FramePayload payload) => payload.Release();

    private static readonly RpcException s_ended = new(RpcStatusCode.Cancelled, "The call has ended.");

    private RpcException Mismatch() =>
        new(RpcStatusCode.FailedPrecondition, $"The signatures of {_request.Method} differ: this side expects a stream, the peer gave a single result.");

    private async ValueTask<bool> StartAsync()
    {
        if (_disposed)
        {
            return false;
        }

        _cancellationToken.ThrowIfCancellationRequested();
        _request.CancellationToken.ThrowIfCancellationRequested();
        var options = await _connection.InterceptStreamAsync(_request.Method, _request.Arguments, _request.Options, _cancellationToken).ConfigureAwait(false);
        var buffer = new ItemsBuffer(_connection.Drain, _connection.Limits.StreamWindow);
        var streams = new CallStreams(_request.Method.StreamParameterCount);
        streams.Receive(0, buffer);
        _buffer = buffer;
        _streams = streams;
        var timeout = _connection.TimeoutOf(options);
        var started = _connection.TimeProvider.GetTimestamp();
        if (CallTrace.ClientEnabled)
        {
            _trace = CallTrace.StartClient(_request.Method, _connection);
        }

        try
        {
            _callId = await SendAsync(streams, options, timeout).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EndTrace(e);
            throw;
        }

        if (_connection.TimeLeft(timeout, started) is { } due)
        {
            _deadline = DeadlineTimer.Start(_connection, this, Version & ~1, _callId, due);
        }

        _reader = new ItemsReader<T>(buffer, _connection.CallerEnd(_callId, 0), _request.Formatter, null, _cancellationToken, _request.CancellationToken);
        return await _reader.MoveNextAsync().ConfigureAwait(false);
    }

    private void EndTrace(Exception? fault)
    {
        if (fault is null)
        {
            _trace.End(RpcStatusCode.Ok);
        }
        else
        {
            _trace.End(fault);
        }
    }

    /// <summary>Makes the call; the wait for a slot and for room ends with either token and with the deadline.</summary>
    private async ValueTask<int> SendAsync(CallStreams streams, RpcCallOptions? options, TimeSpan? timeout)
    {
        using var linked = _cancellationToken.CanBeCanceled && _request.CancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(_cancellationToken, _request.CancellationToken)
            : null;
        var token = linked?.Token ?? (_cancellationToken.CanBeCanceled ? _cancellationToken : _request.CancellationToken);
        using var deadline = timeout is { } due ? new DeadlineToken(_connection.TimeProvider, due, token) : null;
        try
        {
            return await _connection.StartStreamAsync(
                this, streams, _request.Method, _request.Arguments, _request.Streams, options, timeout, _trace.Context, deadline?.Token ?? token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _request.CancellationToken.ThrowIfCancellationRequested();
            throw new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline passed before the call was sent.", e);
        }
    }
}
