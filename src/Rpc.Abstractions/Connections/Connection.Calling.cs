using System.Diagnostics;
using Rpc.Buffers;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Serialization;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>Calls of this side.</content>
internal sealed partial class Connection
{
    /// <summary>Makes a call. On the fast path (no streams, no interceptors, a free slot, room in the queue) nothing is allocated and no thread is left.</summary>
    public ValueTask<T> CallAsync<T>(
        RpcMethodDescriptor method, PayloadBuffer payload, Formatter<T> formatter, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (TryCall(method, payload, formatter, streams, options, cancellationToken, out var call, out var exception))
        {
            return call is null ? new ValueTask<T>(Task.FromException<T>(exception!)) : new ValueTask<T>(call, call.Token);
        }

        return _outgoingInterceptors.Length > 0
            ? InterceptCallAsync(method, payload, formatter, streams, options, cancellationToken)
            : SlowCallAsync(method, payload, formatter, streams, options, cancellationToken);
    }

    /// <summary>Makes a call without a result.</summary>
    public ValueTask CallAsync(
        RpcMethodDescriptor method, PayloadBuffer payload, RpcStreamParameter?[]? streams, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (TryCall<Nothing>(method, payload, null, streams, options, cancellationToken, out var call, out var exception))
        {
            return call is null ? new ValueTask(Task.FromException(exception!)) : new ValueTask(call, call.Token);
        }

        var task = _outgoingInterceptors.Length > 0
            ? InterceptCallAsync<Nothing>(method, payload, null, streams, options, cancellationToken)
            : SlowCallAsync<Nothing>(method, payload, null, streams, options, cancellationToken);
        return new ValueTask(task.AsTask());
    }

    /// <summary>Sends a one-way call without waiting.</summary>
    public void Send(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        if (_outgoingInterceptors.Length > 0)
        {
            // Interceptors may wait; a caller that does not is told of nothing but what is known at once.
            var task = InterceptSendAsync(method, payload, options, wait: false, default);
            if (task.IsCompleted)
            {
                task.GetAwaiter().GetResult();
            }

            return;
        }

        SendNow(method, payload, options);
    }

    /// <summary>Sends a one-way call, waiting while the queue is full.</summary>
    public ValueTask SendAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        if (_outgoingInterceptors.Length > 0)
        {
            return InterceptSendAsync(method, payload, options, wait: true, cancellationToken);
        }

        return SendWhenRoomAsync(method, payload, options, cancellationToken);
    }

    /// <summary>The caller no longer waits for a call.</summary>
    public void Cancel(int callId)
    {
        if (_outgoing.Abandon(callId))
        {
            Sender.SendControl(CancelFrame.Create(callId), CallerOptions(callId));
        }
    }

    /// <summary>How long a call may take, or null.</summary>
    public TimeSpan? TimeoutOf(RpcCallOptions? options)
    {
        if (options is null || (options.Timeout is null && options.Deadline is null))
        {
            return null;
        }

        var left = options.Deadline is { } deadline ? deadline - TimeProvider.GetUtcNow() : RequestExtension.MaxTimeout;
        var timeout = options.Timeout is { } most && most < left ? most : left;
        return timeout <= TimeSpan.Zero ? TimeSpan.Zero : timeout < RequestExtension.MaxTimeout ? timeout : RequestExtension.MaxTimeout;
    }

    /// <summary>What is left of a timeout.</summary>
    /// <param name="timeout">The timeout, or null.</param>
    /// <param name="since">The timestamp from which it counts.</param>
    public TimeSpan? TimeLeft(TimeSpan? timeout, long since)
    {
        if (timeout is not { } all)
        {
            return null;
        }

        var left = all - TimeProvider.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Makes the call of a stream.</summary>
    /// <returns>The call's id.</returns>
    public async ValueTask<int> StartStreamAsync(
        OutgoingCall call,
        CallStreams callStreams,
        RpcMethodDescriptor method,
        byte[] arguments,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        TimeSpan? timeout,
        ActivityContext trace,
        CancellationToken cancellationToken)
    {
        ThrowIfNotOpen(method);
        ThrowIfLate(timeout);
        var payload = PayloadBuffer.Rent(MaxPayloadSize);
        arguments.CopyTo(payload.GetSpan(arguments.Length));
        payload.Advance(arguments.Length);
        return await SendRequestAsync(call, callStreams, method, payload, streams, options, timeout, trace, cancellationToken).ConfigureAwait(false);
    }

    private bool TryCall<T>(
        RpcMethodDescriptor method,
        PayloadBuffer payload,
        Formatter<T>? formatter,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        CancellationToken cancellationToken,
        out PendingCall<T>? started,
        out Exception? exception)
    {
        started = null;
        exception = null;
        if (streams is not null || _outgoingInterceptors.Length > 0 || Sender.IsFull)
        {
            return false;
        }

        var call = PendingCall<T>.Rent(formatter);
        var callId = -1;
        TimeSpan? timeout;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfNotOpen(method);
            timeout = TimeoutOf(options);
            ThrowIfLate(timeout);
            if (!_outgoing.TryAdd(call, null, out callId))
            {
                call.Unrent();
                return false;
            }

            var trace = CallTrace.ClientEnabled ? call.Trace(method, this) : default;
            var frame = RequestOf(method, payload, callId, options, timeout, trace);
            payload = frame.Buffer;
            Sender.Send(frame, RequestOptions(method, callId, options, hasStreams: false));
        }
        catch (Exception e)
        {
            if (callId >= 0)
            {
                _outgoing.Forget(callId);
            }

            call.Unrent();
            payload.Return();
            exception = e;
            return true;
        }

        call.Sent(this, callId, timeout, cancellationToken);
        started = call;
        return true;
    }

    /// <summary>Makes a call that has streams, or has to wait for a slot or for room.</summary>
    private async ValueTask<T> SlowCallAsync<T>(
        RpcMethodDescriptor method,
        PayloadBuffer payload,
        Formatter<T>? formatter,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        CancellationToken cancellationToken)
    {
        var call = PendingCall<T>.Rent(formatter);
        var callStreams = streams is null ? null : new CallStreams(method.StreamParameterCount);
        var timeout = TimeoutOf(options);
        var started = TimeProvider.GetTimestamp();
        int callId;
        using (var deadline = timeout is { } due ? new DeadlineToken(TimeProvider, due, cancellationToken) : null)
        {
            try
            {
                var token = deadline?.Token ?? cancellationToken;
                token.ThrowIfCancellationRequested();
                ThrowIfNotOpen(method);
                ThrowIfLate(timeout);
                var trace = CallTrace.ClientEnabled ? call.Trace(method, this) : default;
                callId = await SendRequestAsync(call, callStreams, method, payload, streams, options, timeout, trace, token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e)
            {
                call.Unrent();
                cancellationToken.ThrowIfCancellationRequested();
                throw new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline passed before the call was sent.", e) { Progress = RpcCallProgress.NotSent };
            }
            catch
            {
                call.Unrent();
                throw;
            }
        }

        call.Sent(this, callId, TimeLeft(timeout, started), cancellationToken);
        try
        {
            return await new ValueTask<T>(call, call.Token).ConfigureAwait(false);
        }
        finally
        {
            callStreams?.Close(s_callEnded);
        }
    }

    private static readonly RpcException s_callEnded = new(RpcStatusCode.Cancelled, "The call has ended.");

    /// <summary>Takes a slot, sends the request when there is room, and starts the streams that this side sends. Takes over the payload.</summary>
    private async ValueTask<int> SendRequestAsync(
        OutgoingCall call,
        CallStreams? callStreams,
        RpcMethodDescriptor method,
        PayloadBuffer payload,
        RpcStreamParameter?[]? streams,
        RpcCallOptions? options,
        TimeSpan? timeout,
        ActivityContext trace,
        CancellationToken cancellationToken)
    {
        var callId = -1;
        var version = call.Version;
        var started = TimeProvider.GetTimestamp();
        try
        {
            callId = await _outgoing.AddAsync(call, callStreams, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < (streams?.Length ?? 0); i++)
            {
                streams![i]?.Attach(callStreams!, i + 1, CallerEnd(callId, i + 1), this);
            }

            var frame = RequestOf(method, payload, callId, options, TimeLeft(timeout, started), trace);
            payload = frame.Buffer;
            await Sender.SendAsync(frame, RequestOptions(method, callId, options, callStreams is not null), Limits.MaxQueuedBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (callId >= 0)
            {
                _outgoing.Forget(callId);
            }

            if (e is not OperationCanceledException)
            {
                // A cancelled wait has returned it.
                payload.Return();
            }

            callStreams?.Close(e);
            throw;
        }

        for (var i = 0; i < (streams?.Length ?? 0); i++)
        {
            streams![i]?.Start(callStreams!, i + 1, CallerEnd(callId, i + 1, method), this, call, version);
        }

        return callId;
    }

    private void SendNow(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        try
        {
            ThrowIfNotOpen(method);
            if (Sender.IsFull)
            {
                throw new RpcException(RpcStatusCode.ResourceExhausted, $"The peer reads too slowly: {method} was not sent. Let the method return ValueTask with OneWay = true to wait.");
            }

            var frame = OneWayOf(method, payload, options);
            payload = frame.Buffer;
            Sender.Send(frame, OneWayOptions(method, options));
        }
        catch
        {
            payload.Return();
            throw;
        }
    }

    private ValueTask SendWhenRoomAsync(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ThrowIfNotOpen(method);
            var frame = OneWayOf(method, payload, options);
            payload = frame.Buffer;
            return Sender.SendAsync(frame, OneWayOptions(method, options), Limits.SendHighWater, cancellationToken);
        }
        catch (Exception e)
        {
            payload.Return();
            return new ValueTask(Task.FromException(e));
        }
    }

    private OutgoingFrame RequestOf(RpcMethodDescriptor method, PayloadBuffer payload, int callId, RpcCallOptions? options, TimeSpan? timeout, ActivityContext trace) =>
        timeout is null && options?.Metadata is null && trace == default
            ? new OutgoingFrame(payload, RequestFrame.Prefix(payload, callId, method.Id))
            : ExtendedFrame.Create(FrameType.RequestExtended, callId, method.Id, ExtensionOf(options, timeout, trace), payload, MaxPayloadSize);

    private OutgoingFrame OneWayOf(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options)
    {
        var timeout = TimeoutOf(options);
        var trace = Activity.Current?.Context ?? default;
        return timeout is null && options?.Metadata is null && trace == default
            ? new OutgoingFrame(payload, OneWayFrame.Prefix(payload, method.Id))
            : ExtendedFrame.Create(FrameType.OneWayExtended, 0, method.Id, ExtensionOf(options, timeout, trace), payload, MaxPayloadSize);
    }

    private RequestExtension ExtensionOf(RpcCallOptions? options, TimeSpan? timeout, ActivityContext trace)
    {
        var metadata = options?.Metadata;
        if (metadata is not null && MetadataField.SizeOf(metadata) > Peer.MaxMetadataSize)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"The call carries more metadata than the peer's limit of {Peer.MaxMetadataSize} bytes.");
        }

        return new RequestExtension { Timeout = timeout, TraceContext = trace, Metadata = metadata };
    }

    private SendOptions RequestOptions(RpcMethodDescriptor method, int callId, RpcCallOptions? options, bool hasStreams)
    {
        var low = options?.Priority == RpcPriority.Low;
        if (hasStreams)
        {
            return new SendOptions(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(callId, isCaller: true), method.Redundant), low);
        }

        // On a byte stream only a large frame could be overtaken, and only the order of a lane forbids that.
        if (!_isMessage && method.Delivery != RpcDelivery.Ordered)
        {
            return new SendOptions(Low: low);
        }

        return new SendOptions(new MessageOptions(method.Delivery, Lanes.OfMethod(method), method.Redundant), low);
    }

    /// <summary>How what follows the request of a call with streams is sent.</summary>
    private static SendOptions CallerOptions(int callId) => new(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(callId, isCaller: true)));

    /// <summary>How a one-way call is sent.</summary>
    public SendOptions OneWayOptions(RpcMethodDescriptor method, RpcCallOptions? options) => new(
        _isMessage || method.Delivery == RpcDelivery.Ordered ? new MessageOptions(method.Delivery, Lanes.OfMethod(method), method.Redundant) : default,
        options?.Priority == RpcPriority.Low,
        Lazy: true);

    private static void ThrowIfLate(TimeSpan? timeout)
    {
        if (timeout == TimeSpan.Zero)
        {
            throw new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline passed before the call was sent.") { Progress = RpcCallProgress.NotSent };
        }
    }
}
