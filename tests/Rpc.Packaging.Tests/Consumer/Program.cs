using System.Net;
using Rpc;
using Rpc.Client;
using Rpc.Server;

await using var server = RpcServer.Create(rpc => rpc
    .AddService<IInventory>(connection => new Inventory(connection))
    .ListenTcp(IPAddress.Loopback, 0)
    .ListenWebSocket("http://127.0.0.1:0/rpc"));
await server.StartAsync();

foreach (var address in server.Addresses)
{
    await using var client = await RpcClient.ConnectAsync(address, options => options.Serve<IBuyer>(new Buyer()));
    var inventory = client.GetProxy<IInventory>();
    var receipt = await inventory.BuyAsync(new Order("sword", 2, [1.5m, 2.5m]));
    var names = new List<string>();
    await foreach (var name in inventory.ListAsync(3))
    {
        names.Add(name);
    }

    Console.WriteLine($"{address.Scheme}: {receipt} {string.Join(' ', names)}");
}

[RpcService]
public interface IInventory
{
    ValueTask<Receipt> BuyAsync(Order order, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> ListAsync(int count);
}

[RpcService]
public interface IBuyer
{
    ValueTask<bool> ConfirmAsync(decimal total);
}

public sealed record Order(string Item, int Count, List<decimal> Prices);

public sealed record Receipt(string Item, decimal Total, bool Confirmed);

public sealed class Inventory(RpcConnection connection) : IInventory
{
    public async ValueTask<Receipt> BuyAsync(Order order, CancellationToken cancellationToken)
    {
        var total = order.Count * order.Prices.Sum();
        return new Receipt(order.Item, total, await connection.GetProxy<IBuyer>().ConfirmAsync(total));
    }

    public async IAsyncEnumerable<string> ListAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await Task.Yield();
            yield return $"item{i}";
        }
    }
}

public sealed class Buyer : IBuyer
{
    public ValueTask<bool> ConfirmAsync(decimal total) => new(total == 8m);
}
