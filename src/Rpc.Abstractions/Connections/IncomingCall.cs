using System.Runtime.CompilerServices;
using Rpc.Buffers;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Serialization;

namespace Rpc.Connections;

/// <summary>A call of the peer that this side serves. Reused: a call in steady state allocates nothing.</summary>
/// <remarks>Written by the reader until it is queued, then by the worker that runs it, then by whoever completes it. Cancellation comes from anywhere: an
/// instance that was cancelled is not used again, so that whoever cancels it cannot meet the next call.</remarks>
internal sealed partial class IncomingCall : RpcIncomingCall, IRpcContextSource
{
    /// <summary>A call without an answer.</summary>
    public const int OneWayId = -1;

    private const int CancelledBit = 1;

    private readonly IncomingCallWork _work;
    private Connection _connection = null!;
    private ServiceTable.Entry _entry;
    private int _callId;

    // The version, and in the lowest bit whether the call was cancelled.
    private int _state;
    private SequentialGate? _gate;
    private uint _ticket;
    private FramePayload _payload;
    private RequestExtension? _extension;
    private CallStreams? _streams;
    private List<Action>? _progress;
    private CancellationTokenSource? _cancellation;
    private ITimer? _deadline;
    private DateTimeOffset? _deadlineTime;
    private CallContext? _context;
    private CallTrace _trace;
    private object? _owned;
    private bool _isListed;
    private bool _read;
    private bool _returned;
    private InterceptedReturn? _intercepted;

    private OneWayCalls.Neighbours _links;

    private IncomingCall() => _work = new IncomingCallWork(this);

    public override RpcMethodDescriptor Method => _entry.Method;

    public ServiceBinding Service => _entry.Service;

    public Connection Connection => _connection;

    public int Version => Volatile.Read(ref _state) & ~CancelledBit;

    public bool IsOneWay => _callId == OneWayId;

    public Work Work => _work;

    public RequestExtension? Extension => _extension;

    public DateTimeOffset? Deadline => _deadlineTime;

    /// <summary>For <see cref="OneWayCalls"/> alone, which guards it.</summary>
    public ref OneWayCalls.Neighbours Links => ref _links;

    public override CancellationToken CancellationToken
    {
        get
        {
            var source = Volatile.Read(ref _cancellation) ?? CreateCancellation();
            if (_callId == OneWayId && !_isListed)
            {
                EnlistOneWay();
            }

            return source.Token;
        }
    }

    private bool IsCancelled => (Volatile.Read(ref _state) & CancelledBit) != 0;

    /// <summary>Whether calls of a method start in an order of their own, which they join as they arrive.</summary>
    public static bool IsGated(in ServiceTable.Entry entry) =>
        entry.Service.Options.Sequential || entry.Method.Delivery is RpcDelivery.Ordered or RpcDelivery.Sequenced;

    /// <summary>Takes an instance for a call that has arrived.</summary>
    public static IncomingCall Rent(Connection connection, ServiceTable.Entry entry, int callId, RequestExtension? extension, CallStreams? streams)
    {
        var call = ObjectPool<IncomingCall>.TryRent() ?? new IncomingCall();
        call._connection = connection;
        call._entry = entry;
        call._callId = callId;
        call._extension = extension;
        call._streams = streams;
        if (IsGated(entry))
        {
            call._gate = connection.Gates.Of(entry.Service);
            call._ticket = call._gate.TakeTicket();
        }

        if (extension?.Timeout is { } timeout)
        {
            call._deadlineTime = connection.TimeProvider.GetUtcNow() + timeout;
            call._deadline = IncomingDeadline.Start(connection, call, call.Version, timeout);
        }

        return call;
    }

    /// <summary>Starts the call on the drain's worker.</summary>
    public void Start(FramePayload payload)
    {
        _payload = payload;
        if (_gate is null || _gate.TryEnter(this, _ticket))
        {
            Run();
        }
    }

    /// <summary>Runs the handler up to its first await; the call has passed its gate.</summary>
    public void Run()
    {
        if (_gate is null || Service.Options.Sequential)
        {
            RunHandler();
            return;
        }

        // The call may have ended, and its instance serve another one, when the handler has returned.
        var gate = _gate;
        var drain = _connection.Drain;
        try
        {
            RunHandler();
        }
        finally
        {
            gate.Exit(drain);
        }
    }

    private void RunHandler()
    {
        if (_entry.Access is not { Policies: { Length: > 0 } policies } || Authorize(policies))
        {
            RunAuthorized();
        }
    }

    private void RunAuthorized()
    {
        if (_connection.HasIncomingInterceptors)
        {
            _ = InterceptAsync();
            return;
        }

        Dispatch();
    }

    /// <summary>The caller cancelled, the deadline passed, or the connection is gone. Runs the handler's callbacks on this thread.</summary>
    public void Cancel(int version)
    {
        if (Interlocked.CompareExchange(ref _state, version | CancelledBit, version) != version)
        {
            return;
        }

        // The fields stay this call's: see End.
        try
        {
            Volatile.Read(ref _cancellation)?.Cancel();
        }
        catch (AggregateException e)
        {
            _connection.Logger.HandlerFailed(Method.FullName, e);
        }
        finally
        {
            // The caller sends no more and grants no more: a handler that looks at its streams and not at its token must not wait for either.
            _streams?.Close(new OperationCanceledException("The call was cancelled."));
        }
    }

    public RpcContext GetContext() => _context ??= new CallContext(this);

    public override PayloadReader BeginRead(out int argumentCount)
    {
        var reader = new PayloadReader(_payload.Span);
        if (!reader.TryReadObjectHeader(out var count))
        {
            throw new PayloadException("The arguments are null.");
        }

        argumentCount = count;
        return reader;
    }

    public override void EndRead()
    {
        _read = true;
        _payload.Release();
        _payload = default;
    }

    internal IAsyncEnumerable<T> OpenItemsCore<T>(int index, Formatter<T> formatter) =>
        new ParameterItems<T>((ItemsBuffer)_streams!.Target(index + 1)!, _connection.CalleeEnd(_callId, index + 1), formatter);

    internal IProgress<T> OpenProgressCore<T>(int index, bool wanted, Formatter<T> formatter)
    {
        if (!wanted || IsOneWay)
        {
            return NoProgress<T>.Instance;
        }

        var window = new StreamWindow(_connection.Peer.StreamWindow);
        _streams!.Send(index + 1, window);
        var source = new ProgressSource<T>(_connection.CalleeEnd(_callId, index + 1), window, formatter, _connection.MaxItemSize);
        (_progress ??= []).Add(source.Flush);
        return source;
    }

    public override void Return()
    {
        _returned = true;
        if (_intercepted is null)
        {
            Succeed();
        }
    }

    public override void Return(ValueTask task)
    {
        _returned = true;
        if (_intercepted is { } intercepted)
        {
            intercepted.Set(AwaitThen(task));
        }
        else if (task.IsCompletedSuccessfully)
        {
            task.GetAwaiter().GetResult();
            Succeed();
        }
        else
        {
            Completion.Await(this, task);
        }
    }

    internal void ReturnCore<T>(ValueTask<T> task, Formatter<T> formatter)
    {
        _returned = true;
        if (_intercepted is { } intercepted)
        {
            intercepted.Set(AwaitThen(task, formatter, intercepted));
        }
        else if (task.IsCompletedSuccessfully)
        {
            Succeed(task.Result, formatter);
        }
        else
        {
            Completion<T>.Await(this, task, formatter);
        }
    }

    internal void ReturnItemsCore<T>(IAsyncEnumerable<T> items, Formatter<T> formatter)
    {
        _returned = true;
        if (items is null)
        {
            throw new InvalidOperationException($"{Method} returned null instead of a stream.");
        }

        var window = new StreamWindow(_connection.Peer.StreamWindow);
        _streams!.Send(0, window);
        if (_streams.IsClosed)
        {
            // Cancelled before the handler returned.
            window.Stop();
        }

        var pump = new ItemsCall<T>(this, items, formatter, window);
        if (_intercepted is { } intercepted)
        {
            intercepted.Set(new ValueTask(pump.RunAsync()));
        }
        else
        {
            pump.Queue();
        }
    }

    /// <summary>Sends the items of the result.</summary>
    public Task PumpAsync<T>(IAsyncEnumerable<T> items, Formatter<T> formatter, StreamWindow window) =>
        ItemsPump.RunAsync(items, formatter, _connection.CalleeEnd(_callId, 0, Method), window, _connection.MaxItemSize, CancellationToken);

    /// <summary>Reads the arguments and calls the handler.</summary>
    private void Dispatch()
    {
        var connection = _connection;
        if (CallTrace.ServerEnabled)
        {
            _trace = CallTrace.StartServer(Method, connection, _extension?.TraceContext ?? default);
        }

        var version = Version;
        var outer = RpcContext.Exchange(this);
        try
        {
            var service = connection.Services.Get(Service, out _owned);
            Service.Contract.DispatchUntyped(service, this);
        }
        catch (Exception e) when (Version == version)
        {
            if (_intercepted is { } intercepted)
            {
                intercepted.Set(new ValueTask(Task.FromException(e)));
            }
            else
            {
                Fail(e);
            }
        }
        finally
        {
            RpcContext.Exchange(outer);
        }
    }

    private async Task InterceptAsync()
    {
        var intercepted = new InterceptedReturn();
        _intercepted = intercepted;
        try
        {
            await _connection.Intercept(GetContext(), () =>
            {
                intercepted.Begin();
                Dispatch();
                return intercepted.Task;
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            intercepted.Result?.Return();
            Fail(e);
            return;
        }

        if (intercepted.Result is { } payload)
        {
            SendResponse(payload);
        }
        else if (!_returned)
        {
            Fail(new RpcException(RpcStatusCode.Internal, "An interceptor did not run the call."));
        }
        else
        {
            Succeed();
        }
    }

    private static async ValueTask AwaitThen(ValueTask task) => await task.ConfigureAwait(false);

    private async ValueTask AwaitThen<T>(ValueTask<T> task, Formatter<T> formatter, InterceptedReturn intercepted)
    {
        var result = await task.ConfigureAwait(false);
        intercepted.Result = Write(result, formatter);
    }
}
