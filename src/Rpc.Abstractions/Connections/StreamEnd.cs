using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>One end of a stream of a call: its name, which side of the call this is, and what it sends with.</summary>
/// <param name="Sender">The connection's writer.</param>
/// <param name="Stream">The call and the stream.</param>
/// <param name="IsCaller">Whether this side made the call.</param>
/// <param name="HighWater">The queue's length, in bytes, from which a stream waits.</param>
/// <param name="IsNewestOnly">Whether items may be lost, and only newer ones are of interest: a sequenced method's over messages.</param>
/// <param name="IsRedundant">Whether each such item is sent twice.</param>
internal sealed record StreamEnd(FrameSender Sender, StreamRef Stream, bool IsCaller, int HighWater, bool IsNewestOnly = false, bool IsRedundant = false)
{
    /// <summary>How the items of which only the newest is of interest are sent.</summary>
    public SendOptions NewestOptions => new(new MessageOptions(RpcDelivery.Sequenced, Lanes.OfItems(Stream, IsCaller), IsRedundant));

    public FrameType NewestType => IsCaller ? FrameType.CallerNewest : FrameType.CalleeNewest;

    /// <summary>The frames of a call with streams keep their order; each call and direction is a lane of its own.</summary>
    public SendOptions Options => new(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(Stream.CallId, IsCaller)));

    public FrameType ItemsType => IsCaller ? FrameType.CallerItems : FrameType.CalleeItems;

    public FrameType CreditType => IsCaller ? FrameType.CallerCredit : FrameType.CalleeCredit;

    public void Grant(int bytes) => Sender.SendControl(CreditFrame.Create(CreditType, Stream, bytes), Options);

    public void EndItems(RpcException? fault) => Sender.SendControl(StreamEndFrame.Create(Stream, fault), Options);

    public void Stop() => Sender.SendControl(StreamStopFrame.Create(Stream), Options);
}
