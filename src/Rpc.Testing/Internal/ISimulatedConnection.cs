namespace Rpc.Testing.Internal;

/// <summary>A connection over a simulated network.</summary>
internal interface ISimulatedConnection
{
    /// <summary>Ends it as if the network had.</summary>
    void Cut();
}
