using System.Net;
using Quickstart;
using Rpc;
using Rpc.Client;
using Rpc.Server;

await using var server = RpcServer.Create(rpc => rpc
    .AddService<IGame>(connection => new GameService(connection))
    .ListenTcp(IPAddress.Loopback, 0)
    .ListenWebSocket("http://127.0.0.1:0/rpc"));
await server.StartAsync();

foreach (var address in server.Addresses)
{
    Console.WriteLine($"{address.Scheme}");
    await PlayAsync(address);
    Console.WriteLine();
}

await server.StopAsync();
Console.WriteLine("Done.");

static async Task PlayAsync(Uri address)
{
    var player = new Player();
    await using var client = await RpcClient.ConnectAsync(address, options => options.Serve<IGameClient>(player));
    var game = client.GetProxy<IGame>();

    Console.WriteLine($"  call           {await game.JoinAsync("kim")}");
    Console.WriteLine($"  pushed         {await player.NextAnnouncementAsync()}");

    game.Move(new PlayerInput(1, 1.5f, 0));
    game.Move(new PlayerInput(2, 0.5f, 2));
    Console.WriteLine("  one-way        moved twice");

    await foreach (var snapshot in game.WatchAsync(3))
    {
        Console.WriteLine($"  stream         tick {snapshot.Tick} at {snapshot.Positions[0]}");
    }

    Console.WriteLine($"  with callback  {await game.BuyAsync("sword", 30)}");

    try
    {
        await game.JoinAsync("");
    }
    catch (RpcException e)
    {
        Console.WriteLine($"  error          {e.StatusCode}: {e.Message}");
    }

    using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
    try
    {
        await game.FindOpponentAsync(cancellation.Token);
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine($"  cancelled      {await player.NextAnnouncementAsync()}");
    }
}
