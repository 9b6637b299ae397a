namespace Rpc.Benchmarks.Load.Reporting;

/// <summary>What a workload has to reach over TCP.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Text">The goal in words.</param>
/// <param name="Met">Whether a result, beside raw's if there is one, reaches it.</param>
internal sealed record Goal(string Workload, string Text, Func<Result, Result?, bool> Met)
{
    public static readonly IReadOnlyList<Goal> All =
    [
        new("latency", "p50 <= 1.10 x raw, p99 <= 1.5 x raw", static (rpc, raw) => raw is not null && rpc.P50 <= raw.P50 * 1.10 && rpc.P99 <= raw.P99 * 1.5),
        new("pipelined", ">= 2.0 M calls/s", static (rpc, _) => rpc.Value >= 2.0e6),
        new("touch", ">= 1.2 M calls/s", static (rpc, _) => rpc.Value >= 1.2e6),
        new("fanin", ">= 1.0 M calls/s", static (rpc, _) => rpc.Value >= 1.0e6),
        new("echo64k", ">= 0.5 x raw", static (rpc, raw) => raw is not null && rpc.Value >= raw.Value * 0.5),
        new("stream", ">= 15 M items/s", static (rpc, _) => rpc.Value >= 15e6),
        new("broadcast", ">= 5 M msgs/s", static (rpc, _) => rpc.Value >= 5e6),
        new("mixed", "p99 <= 5 x idle", static (rpc, _) => rpc.P99 <= rpc.IdleP99 * 5),
        new("idle", "<= 6,000 bytes a connection", static (rpc, _) => rpc.Value <= 6000),
    ];

    public static Goal? Of(string workload) => All.FirstOrDefault(goal => goal.Workload == workload);
}
