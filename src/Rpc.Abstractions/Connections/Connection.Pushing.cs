using System.Diagnostics;
using Rpc.Buffers;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>One-way calls whose arguments were written once for many connections.</content>
internal sealed partial class Connection
{
    /// <summary>The frame of a one-way call that is the same for every connection.</summary>
    /// <returns>False when it carries what differs from one to the other: a time, metadata, a trace.</returns>
    public static bool TryShare(RpcMethodDescriptor method, PayloadBuffer payload, RpcCallOptions? options, out OutgoingFrame frame)
    {
        if (options is { Timeout: not null } or { Deadline: not null } or { Metadata: not null } || Activity.Current is not null)
        {
            frame = default;
            return false;
        }

        frame = new OutgoingFrame(payload, OneWayFrame.Prefix(payload, method.Id));
        return true;
    }

    /// <summary>Queues a one-way call.</summary>
    /// <param name="method">The method.</param>
    /// <param name="arguments">The arguments; copied.</param>
    /// <param name="options">What the call carries beside, or null.</param>
    /// <param name="shared">The frame, if it is the same for all; copied.</param>
    /// <param name="limit">The queue's length, in bytes, from which on it takes nothing.</param>
    /// <returns>What became of it.</returns>
    public PushOutcome TryPush(RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options, ReadOnlySpan<byte> shared, long limit)
    {
        if (State != RpcConnectionState.Open || arguments.Length > MaxPayloadSize)
        {
            return PushOutcome.Lost;
        }

        if (Sender.QueuedBytes >= limit)
        {
            return PushOutcome.Full;
        }

        try
        {
            if (shared.IsEmpty || !Sender.TrySendCopy(shared, OneWayOptions(method, options)))
            {
                SendNow(method, Copy(arguments), options);
            }

            return PushOutcome.Sent;
        }
        catch (RpcException)
        {
            return PushOutcome.Lost;
        }
    }

    /// <summary>Queues a one-way call whose frame was made before.</summary>
    /// <param name="frame">What <see cref="FrameOf"/> made; copied.</param>
    /// <param name="options">What <see cref="OneWayOptions"/> made.</param>
    /// <param name="limit">The queue's length, in bytes, from which on it takes nothing.</param>
    /// <returns>What became of it.</returns>
    public PushOutcome TryPushFrame(byte[] frame, SendOptions options, long limit)
    {
        if (State != RpcConnectionState.Open)
        {
            return PushOutcome.Lost;
        }

        if (Sender.QueuedBytes >= limit)
        {
            return PushOutcome.Full;
        }

        var buffer = default(PayloadBuffer);
        try
        {
            if (!Sender.TrySendCopy(frame, options))
            {
                buffer = Copy(frame, frame.Length);
                Sender.Send(new OutgoingFrame(buffer, PayloadBuffer.Headroom), options);
            }

            return PushOutcome.Sent;
        }
        catch (RpcException)
        {
            buffer?.Return();
            return PushOutcome.Lost;
        }
    }

    /// <summary>The frame of a one-way call that is not sent yet, or null where the connection cannot take the call at all.</summary>
    public byte[]? FrameOf(RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options)
    {
        if (arguments.Length > MaxPayloadSize)
        {
            return null;
        }

        var payload = Copy(arguments, MaxPayloadSize);
        try
        {
            var frame = OneWayOf(method, payload, options);
            payload = frame.Buffer;
            return frame.Span.ToArray();
        }
        catch (RpcException)
        {
            return null;
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>Waits until what is queued is below the mark from which streams wait.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => WaitForRoomAsync(Limits.SendHighWater, cancellationToken);

    /// <summary>Waits until what is queued is below a mark. Does not wait for a connection that is not open.</summary>
    /// <exception cref="RpcException">Unavailable: the connection ended.</exception>
    public ValueTask WaitForRoomAsync(long mark, CancellationToken cancellationToken) =>
        Sender.QueuedBytes < mark || State != RpcConnectionState.Open ? default : Sender.WaitForRoomAsync(mark, cancellationToken);

    private PayloadBuffer Copy(ReadOnlySpan<byte> arguments) => Copy(arguments, MaxPayloadSize);

    private static PayloadBuffer Copy(ReadOnlySpan<byte> bytes, int limit)
    {
        var payload = PayloadBuffer.Rent(limit);
        bytes.CopyTo(payload.GetSpan(bytes.Length));
        payload.Advance(bytes.Length);
        return payload;
    }
}
