namespace Rpc.Benchmarks.Load.Typed;

/// <summary>What a process has used so far.</summary>
/// <param name="Allocated">Bytes allocated.</param>
/// <param name="ProcessorSeconds">Seconds of a processor.</param>
public readonly record struct Usage(long Allocated, double ProcessorSeconds)
{
    public static Usage Now() => new(GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime.TotalSeconds);

    public static Usage operator -(Usage end, Usage start) => new(end.Allocated - start.Allocated, end.ProcessorSeconds - start.ProcessorSeconds);
}
