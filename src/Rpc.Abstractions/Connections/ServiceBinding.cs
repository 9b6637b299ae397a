namespace Rpc.Connections;

/// <summary>A contract that a side serves.</summary>
/// <param name="Contract">What the generator wrote.</param>
/// <param name="Activator">Makes instances.</param>
/// <param name="Options">How it is served.</param>
internal sealed record ServiceBinding(RpcContract Contract, ServiceActivator Activator, RpcServiceOptions Options)
{
    /// <summary>The position among the side's services.</summary>
    public int Index { get; set; }
}
