namespace Rpc.Benchmarks.Load.Reporting;

/// <summary>What one run of one workload measured.</summary>
/// <param name="Workload">Its name.</param>
/// <param name="Target"><c>rpc</c> or <c>raw</c>.</param>
/// <param name="Transport">The transport.</param>
/// <param name="Unit">What <paramref name="Value"/> counts.</param>
/// <param name="Value">The figure that the goal is about.</param>
public sealed record Result(string Workload, string Target, string Transport, string Unit, double Value)
{
    public double? P50 { get; init; }

    public double? P95 { get; init; }

    public double? P99 { get; init; }

    /// <summary>The 99th percentile of the same calls with nothing beside them.</summary>
    public double? IdleP99 { get; init; }

    /// <summary>Bytes allocated a call at the client.</summary>
    public double? ClientBytes { get; init; }

    /// <summary>Bytes allocated a call at the server.</summary>
    public double? ServerBytes { get; init; }

    /// <summary>Microseconds of a processor that a call takes of the client.</summary>
    public double? ClientProcessor { get; init; }

    /// <summary>Microseconds of a processor that a call takes of the server.</summary>
    public double? ServerProcessor { get; init; }

    /// <summary>Bytes of datagrams a call, both ways: UDP only.</summary>
    public double? WireBytes { get; init; }

    /// <summary>Datagrams a call, both ways: UDP only.</summary>
    public double? Datagrams { get; init; }

    /// <summary>Resident bytes a connection.</summary>
    public double? Resident { get; init; }

    /// <summary>What else there is to say.</summary>
    public string? Note { get; init; }
}
