using Rpc.Connections;

namespace Rpc.Abstractions.Tests.Infrastructure;

internal static class DrainExtensions
{
    /// <summary>Adds an item as the reader does.</summary>
    public static void Enqueue(this Drain drain, Work target, int op, int version, FramePayload payload)
    {
        drain.Stage(target, op, version, payload);
        drain.Publish();
    }
}
