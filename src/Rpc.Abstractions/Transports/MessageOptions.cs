namespace Rpc.Transports;

/// <summary>How one message is delivered.</summary>
/// <param name="Delivery">The delivery mode.</param>
/// <param name="Lane">For <see cref="RpcDelivery.Ordered"/> and <see cref="RpcDelivery.Sequenced"/>: the order that the message belongs to; otherwise ignored.</param>
/// <param name="Redundant">Send a copy a little later even if nothing was reported lost.</param>
public readonly record struct MessageOptions(RpcDelivery Delivery, uint Lane = 0, bool Redundant = false);
