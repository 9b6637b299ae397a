using System.Buffers.Binary;
using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>One-way calls of the peer.</content>
internal sealed partial class Connection
{
    private OneWayWork? _oneWayWork;
    private int _dropLogged;

    // The reader's own: who runs the calls would take its cache line away at each.
    private long _oneWaysStarted;

    private void OnOneWay(FramePayload payload, bool extended)
    {
        if (payload.Length < 4)
        {
            throw new ProtocolException("A one-way call is too short.");
        }

        Volatile.Write(ref _oneWaysReceived, _oneWaysReceived + 1);
        var methodId = BinaryPrimitives.ReadUInt32LittleEndian(payload.Span);
        payload = payload.Slice(4);
        var refusal = Refuse(IncomingCall.OneWayId, methodId, out var entry);
        if (refusal is null && entry.Method.Kind != RpcMethodKind.OneWay)
        {
            refusal = new RpcException(RpcStatusCode.InvalidArgument, "It is not one-way here.");
        }

        RequestExtension? extension = null;
        if (refusal is null)
        {
            ReadExtension(ref payload, extended, out extension, out refusal);
        }

        if (refusal is null && _oneWaysStarted - Volatile.Read(ref _oneWaysEnded) >= Limits.MaxConcurrentCalls)
        {
            refusal = new RpcException(RpcStatusCode.ResourceExhausted, $"More than {Limits.MaxConcurrentCalls} one-way calls run.");
        }

        if (refusal is not null)
        {
            payload.Release();
            DropOneWay(entry.Method?.FullName ?? methodId.ToString("x8", System.Globalization.CultureInfo.InvariantCulture), refusal);
            return;
        }

        _oneWaysStarted++;
        if (extension is null && _permits is null && !IncomingCall.IsGated(entry))
        {
            // Nothing has to be kept for it until it starts, and nobody can cancel it.
            Drain.Stage(_oneWayWork ??= new OneWayWork(this), op: 0, (int)methodId, payload);
            return;
        }

        var call = IncomingCall.Rent(this, entry, IncomingCall.OneWayId, extension, null);
        call.Hold(_permits?.Hand());
        Drain.Stage(call.Work, IncomingCallWork.Start, call.Version, payload);
    }

    /// <summary>Starts a one-way call that needs nothing but its payload.</summary>
    public void StartOneWay(uint methodId, FramePayload payload)
    {
        _services.TryFind(methodId, out var entry);
        IncomingCall.Rent(this, entry, IncomingCall.OneWayId, null, null).Start(payload);
    }

    /// <summary>A one-way call has ended.</summary>
    public void OneWayEnded() => Interlocked.Increment(ref _oneWaysEnded);

    /// <summary>Nobody waits for an answer: the log and a counter tell.</summary>
    private void DropOneWay(string method, RpcException refusal)
    {
        _permits?.GiveBack();
        if (ReferenceEquals(refusal, AccessRule.Denied) || ReferenceEquals(refusal, AccessRule.Unauthenticated))
        {
            // Counted and logged where it was denied.
            return;
        }

        RpcDiagnostics.Dropped.Add(1);
        if (refusal.StatusCode != RpcStatusCode.Unavailable && Interlocked.Exchange(ref _dropLogged, 1) == 0)
        {
            // What crosses the end of a connection is no fault of anybody's. The rest once a connection: a peer cannot fill the log.
            Logger.OneWayDropped(method, refusal.Message);
        }
    }
}
