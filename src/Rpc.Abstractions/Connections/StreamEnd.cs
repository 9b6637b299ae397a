using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <summary>One end of a stream of a call: its name, which side of the call this is, and what it sends with.</summary>
/// <param name="Sender">The connection's writer.</param>
/// <param name="Stream">The call and the stream.</param>
/// <param name="IsCaller">Whether this side made the call.</param>
/// <param name="HighWater">The queue's length, in bytes, from which a stream waits.</param>
internal sealed record StreamEnd(FrameSender Sender, StreamRef Stream, bool IsCaller, int HighWater)
{
    /// <summary>The frames of a call with streams keep their order; each call and direction is a lane of its own.</summary>
    public SendOptions Options => new(new MessageOptions(RpcDelivery.Ordered, Lanes.OfCall(Stream.CallId, IsCaller)));

    public FrameType ItemsType => IsCaller ? FrameType.CallerItems : FrameType.CalleeItems;

    public FrameType CreditType => IsCaller ? FrameType.CallerCredit : FrameType.CalleeCredit;

    public void Grant(int bytes) => Sender.SendControl(CreditFrame.Create(CreditType, Stream, bytes), Options);

    public void EndItems(RpcException? fault) => Sender.SendControl(StreamEndFrame.Create(Stream, fault), Options);

    public void Stop() => Sender.SendControl(StreamStopFrame.Create(Stream), Options);
}
