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
    /// <returns>False when the connection is gone or its queue is full: the call was dropped.</returns>
    public bool TryPush(RpcMethodDescriptor method, ReadOnlySpan<byte> arguments, RpcCallOptions? options, ReadOnlySpan<byte> shared)
    {
        if (State != RpcConnectionState.Open || Sender.IsFull || arguments.Length > MaxPayloadSize)
        {
            return false;
        }

        try
        {
            if (shared.IsEmpty || !Sender.TrySendCopy(shared, OneWayOptions(method, options)))
            {
                SendNow(method, Copy(arguments), options);
            }

            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    /// <summary>Queues a one-way call when there is room.</summary>
    public ValueTask PushAsync(RpcMethodDescriptor method, ReadOnlyMemory<byte> arguments, RpcCallOptions? options, CancellationToken cancellationToken) =>
        SendAsync(method, Copy(arguments.Span), options, cancellationToken);

    /// <summary>Waits until what is queued is below the mark from which streams wait.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) =>
        Sender.QueuedBytes < Limits.SendHighWater || State != RpcConnectionState.Open ? default : Sender.WaitForRoomAsync(Limits.SendHighWater, cancellationToken);

    private PayloadBuffer Copy(ReadOnlySpan<byte> arguments)
    {
        var payload = PayloadBuffer.Rent(MaxPayloadSize);
        arguments.CopyTo(payload.GetSpan(arguments.Length));
        payload.Advance(arguments.Length);
        return payload;
    }
}
