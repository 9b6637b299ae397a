using Microsoft.Extensions.Logging;
using Rpc.Buffers;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Serialization;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>How a call ends: with a result, an error, or nothing.</content>
internal sealed partial class IncomingCall
{
    /// <summary>Ends the call without a result.</summary>
    public void Succeed()
    {
        if (IsOneWay)
        {
            End(RpcStatusCode.Ok);
            return;
        }

        SendResponse(PayloadBuffer.Rent());
    }

    /// <summary>Ends the call with a result.</summary>
    public void Succeed<T>(in T result, Formatter<T> formatter)
    {
        PayloadBuffer payload;
        try
        {
            payload = Write(result, formatter);
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        SendResponse(payload);
    }

    /// <summary>Ends the call with an error.</summary>
    public void Fail(Exception exception)
    {
        var fault = _connection.Faults.Map(exception, Method, _read, IsCancelled, _deadlineTime);
        var callId = _callId;
        var connection = _connection;
        if (fault.StatusCode == RpcStatusCode.Cancelled && exception is OperationCanceledException && connection.IsEnding)
        {
            // The caller did not cancel.
            fault = new RpcException(RpcStatusCode.Unavailable, "The connection ended before the call.");
        }

        var oneWay = IsOneWay;
        if (oneWay && exception is RpcException rpc && (rpc.StatusCode != RpcStatusCode.Unavailable || connection.State == RpcConnectionState.Open))
        {
            // Nobody will be told of it. That a call came too late for a connection that ends is no failure.
            connection.Logger.HandlerFailed(Method.FullName, exception);
        }

        End(fault.StatusCode);
        if (!oneWay)
        {
            connection.Sender.SendControl(FaultFrame.Create(callId, fault), Connection.CalleeOptions(callId));
            connection.Incoming.Answered();
        }
    }

    private PayloadBuffer Write<T>(in T result, Formatter<T> formatter)
    {
        var writer = new PayloadWriter(PayloadBuffer.Rent(_connection.MaxPayloadSize));
        try
        {
            formatter.Serialize(ref writer, result);
        }
        catch (PayloadTooLargeException e)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"The result of {Method} is too large for the caller: {e.Message}", e);
        }

        writer.Commit();
        return writer.Buffer;
    }

    private void SendResponse(PayloadBuffer payload)
    {
        if (_progress is not null)
        {
            foreach (var flush in _progress)
            {
                flush();
            }
        }

        var callId = _callId;
        var connection = _connection;

        // The answer of a redundant call is lost as easily as its request.
        var options = _streams is not null
            ? Connection.CalleeOptions(callId)
            : new SendOptions(new MessageOptions(RpcDelivery.Reliable, Redundant: Method.Redundant));

        if (connection.Sender.IsFull)
        {
            payload.Return();
            Fail(new RpcException(RpcStatusCode.ResourceExhausted, "The caller reads too slowly: the answer was dropped."));
            return;
        }

        // Before the answer leaves: the peer may use the id again as soon as it has it.
        End(RpcStatusCode.Ok);
        try
        {
            connection.Sender.Send(new OutgoingFrame(payload, ResponseFrame.Prefix(payload, callId)), options);
        }
        catch (RpcException)
        {
            // The connection is gone, and the caller knows.
            payload.Return();
        }

        connection.Incoming.Answered();
    }

    /// <summary>Ends the call at this side and gives the instance back.</summary>
    private void End(RpcStatusCode status)
    {
        var connection = _connection;
        var service = Service;
        var owned = _owned;
        var gate = service.Options.Sequential ? _gate : null;
        _trace.End(status);
        _deadline?.Dispose();
        if (_callId == OneWayId)
        {
            if (_isListed)
            {
                _isListed = false;
                connection.OneWays.Remove(this);
            }

            connection.OneWayEnded();
        }
        else
        {
            connection.Incoming.Remove(_callId);
        }

        _streams?.Close(s_ended);
        _payload.Release();
        _permit?.Dispose();
        if ((Interlocked.Add(ref _state, 2) & CancelledBit) == 0)
        {
            Recycle();
        }

        if (owned is not null)
        {
            _ = ServiceInstances.DisposeAsync(owned, connection.Logger).AsTask();
        }

        gate?.Exit(connection.Drain);
    }

    private void Recycle()
    {
        if (!TryReset())
        {
            _cancellation = null;
        }

        _gate = null;
        _payload = default;
        _permit = null;
        _extension = null;
        _streams = null;
        _progress = null;
        _deadline = null;
        _deadlineTime = null;
        _context = null;
        _trace = default;
        _owned = null;
        _read = false;
        _returned = false;
        _intercepted = null;
        _entry = default;
        _connection = null!;
        ObjectPool<IncomingCall>.Return(this);
    }

    /// <summary>The token's source, when first asked for. Whoever cancels sees it, or is seen here.</summary>
    private CancellationTokenSource CreateCancellation()
    {
        var created = new CancellationTokenSource();
        if (Interlocked.CompareExchange(ref _cancellation, created, null) is { } other)
        {
            return other;
        }

        if (IsCancelled)
        {
            created.Cancel();
        }

        return created;
    }

    /// <summary>Lets the call be cancelled with its connection, as its token is wanted.</summary>
    private void EnlistOneWay()
    {
        var version = Version;
        if (_connection is not { } connection)
        {
            // The call has ended: who kept its context looks at it too late.
            return;
        }

        lock (_work)
        {
            _isListed = _isListed || connection.OneWays.TryAdd(this);
            if (_isListed)
            {
                return;
            }
        }

        Cancel(version);
    }

    private static readonly RpcException s_ended = new(RpcStatusCode.Cancelled, "The call has ended.");

    private bool TryReset() =>
#if NET8_0_OR_GREATER
        _cancellation is null || _cancellation.TryReset();
#else
        _cancellation is null;
#endif
}
