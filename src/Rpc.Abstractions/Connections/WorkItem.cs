namespace Rpc.Connections;

/// <summary>An entry of the drain's queue.</summary>
internal readonly struct WorkItem
{
    public readonly Work Target;
    public readonly int Op;
    public readonly int Version;
    public readonly FramePayload Payload;

    public WorkItem(Work target, int op, int version, FramePayload payload)
    {
        Target = target;
        Op = op;
        Version = version;
        Payload = payload;
    }
}
