using System.Diagnostics.Metrics;

namespace Rpc.Diagnostics;

/// <summary>What groups measure; each instrument has the tag <c>rpc.service</c>, the contract's name.</summary>
internal static class GroupMeters
{
    public static readonly Counter<long> Dropped =
        RpcDiagnostics.Meter.CreateCounter<long>("rpc.group.dropped", "{message}", "Pushes that did not reach a member's queue.");

    public static readonly Counter<long> Replaced =
        RpcDiagnostics.Meter.CreateCounter<long>("rpc.group.replaced", "{message}", "Pushes to slow members that gave way to newer ones of the same key.");

    public static readonly Counter<long> Disconnected =
        RpcDiagnostics.Meter.CreateCounter<long>("rpc.group.disconnected", "{connection}", "Members whose connection was ended as they were too slow.");

    public static readonly UpDownCounter<long> Waiting =
        RpcDiagnostics.Meter.CreateUpDownCounter<long>("rpc.group.waiting", "{call}", "Awaited pushes that wait for slow members.");

    public static readonly UpDownCounter<long> Backlog =
        RpcDiagnostics.Meter.CreateUpDownCounter<long>("rpc.group.backlog", "{message}", "Pushes that wait beside the queues of slow members.");
}
