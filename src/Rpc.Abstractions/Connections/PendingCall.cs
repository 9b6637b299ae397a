using System.Diagnostics;
using System.Threading.Tasks.Sources;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A call that waits for its one response. Reused: a call in steady state allocates nothing.</summary>
/// <typeparam name="T">The result, or <see cref="Nothing"/>.</typeparam>
internal sealed class PendingCall<T> : OutgoingCall, IValueTaskSource<T>, IValueTaskSource
{
    private Formatter<T>? _formatter;
    private ManualResetValueTaskSourceCore<T> _core;
    private Connection? _connection;
    private int _callId;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;
    private ITimer? _deadline;
    private CallTrace _trace;

    private PendingCall()
    {
    }

    public short Token => _core.Version;

    /// <summary>Takes an instance for a new call.</summary>
    /// <param name="formatter">Reads the result; null when there is none.</param>
    public static PendingCall<T> Rent(Formatter<T>? formatter)
    {
        var call = ObjectPool<PendingCall<T>>.TryRent();
        if (call is null)
        {
            call = new PendingCall<T>();
        }
        else
        {
            call.Renew();
        }

        call._formatter = formatter;
        return call;
    }

    /// <summary>Gives back an instance whose call was never made.</summary>
    public void Unrent()
    {
        _trace.End(RpcStatusCode.Unavailable);
        _trace = default;
        if (TryDecide(Version))
        {
            // Not when the connection failed the call just now: its outcome is set, and nobody will take it.
            ObjectPool<PendingCall<T>>.Return(this);
        }
    }

    /// <summary>Begins to trace; before the request is written.</summary>
    public ActivityContext Trace(RpcMethodDescriptor method, RpcConnection connection)
    {
        _trace = CallTrace.StartClient(method, connection);
        return _trace.Context;
    }

    /// <summary>The request was sent: watches token and deadline. The instance cannot be reused before the caller has got its task.</summary>
    public void Sent(Connection connection, int callId, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        _connection = connection;
        _callId = callId;
        if (timeout is { } due)
        {
            _deadline = DeadlineTimer.Start(connection, this, Version, callId, due);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancellationToken = cancellationToken;
            _registration = cancellationToken.RegisterUnsafe(static state => ((PendingCall<T>)state!).OnCancelled(), this);
        }
    }

    public override void OnEnd(Drain drain, int version, FrameType type, FramePayload payload) =>
        drain.Stage(this, type == FrameType.Response ? Response : Fault, version, payload);

    public override void Execute(int op, int version, FramePayload payload)
    {
        if (!TryDecide(version))
        {
            payload.Release();
            return;
        }

        if (op == Response)
        {
            T? result = default;
            try
            {
                if (_formatter is not null)
                {
                    var reader = new PayloadReader(payload.Span);
                    result = _formatter.Deserialize(ref reader);
                }
            }
            catch (Exception e)
            {
                payload.Release();
                Complete(new RpcException(RpcStatusCode.DataLoss, "The result cannot be decoded: " + e.Message, e));
                return;
            }

            payload.Release();
            _trace.End(RpcStatusCode.Ok);
            _core.SetResult(result!);
        }
        else
        {
            var fault = ReadFault(payload);
            payload.Release();
            Complete(fault);
        }
    }

    public override bool TryFail(int version, Exception exception)
    {
        if (!TryDecide(version))
        {
            return false;
        }

        // Not the drain's thread: somebody's Cancel(), a timer, or whoever noticed the loss. The caller goes on elsewhere.
        _core.RunContinuationsAsynchronously = true;
        Complete(exception);
        return true;
    }

    public T GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Recycle();
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Complete(Exception exception)
    {
        _trace.End(exception);
        _core.SetException(exception);
    }

    private void OnCancelled()
    {
        var connection = _connection!;
        var callId = _callId;
        if (TryFail(Version, new OperationCanceledException(_cancellationToken)))
        {
            connection.Cancel(callId);
        }
    }

    private void Recycle()
    {
        // Waits for a callback that runs on another thread, so that it cannot meet the next call.
        _registration.Dispose();
        _registration = default;
        _deadline?.Dispose();
        _deadline = null;
        _cancellationToken = default;
        _connection = null;
        _formatter = null;
        _trace = default;
        _core.RunContinuationsAsynchronously = false;
        _core.Reset();
        ObjectPool<PendingCall<T>>.Return(this);
    }
}
