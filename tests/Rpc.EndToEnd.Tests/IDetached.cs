namespace Rpc.EndToEnd.Tests;

[RpcService]
public interface IDetached
{
    [RpcMethod(OneWay = true)]
    ValueTask WatchAsync(CancellationToken cancellationToken = default);

    [RpcMethod(OneWay = true)]
    ValueTask LookAsync();

    [RpcMethod(OneWay = true, Delivery = RpcDelivery.Ordered)]
    ValueTask QueueAsync(CancellationToken cancellationToken = default);
}
