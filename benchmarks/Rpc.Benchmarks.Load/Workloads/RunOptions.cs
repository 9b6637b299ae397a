namespace Rpc.Benchmarks.Load.Workloads;

/// <summary>How a client runs a workload.</summary>
/// <param name="Address">The server.</param>
/// <param name="Transport">The transport's name.</param>
/// <param name="Seconds">How long it measures.</param>
/// <param name="WarmUpSeconds">How long it runs before.</param>
/// <param name="Callers">How many calls are in flight, where the workload leaves it open.</param>
/// <param name="Connections">How many connections, where the workload leaves it open.</param>
/// <param name="Size">Bytes of payload, where the workload leaves it open.</param>
/// <param name="Sessions">Whether connections have sessions that can be resumed.</param>
public sealed record RunOptions(Uri Address, string Transport, double Seconds, double WarmUpSeconds, int? Callers, int? Connections, int? Size, bool Sessions);
