namespace Rpc.Generator.Model.Contracts;

/// <summary>The runtime's <c>RpcDelivery</c>, value for value.</summary>
internal enum Delivery
{
    Reliable = 0,
    Ordered = 1,
    Unreliable = 2,
    Sequenced = 3,
}
