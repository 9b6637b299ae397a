namespace Rpc;

/// <summary>How one side serves one contract.</summary>
public sealed class RpcServiceOptions
{
    /// <summary>How long an instance lives.</summary>
    public RpcServiceLifetime Lifetime { get; set; }

    /// <summary>Calls of one connection to this service run one at a time, in order of arrival: each starts when the one before has ended. Default false: they start in order
    /// of arrival and run concurrently.</summary>
    public bool Sequential { get; set; }
}
