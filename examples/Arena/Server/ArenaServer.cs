using System.Net;
using System.Security.Cryptography;
using Arena.Contracts;
using Rpc;
using Rpc.Server;
using Rpc.Transport.Udp;

namespace Arena.Server;

/// <summary>A lobby over TCP, and an arena over UDP that has 30 ticks a second.</summary>
internal static class ArenaServer
{
    public const string Audience = "arena";

    public static async Task<int> RunAsync(int port, int lobbyPort, int seconds, CancellationToken cancellationToken)
    {
        var key = RandomNumberGenerator.GetBytes(UdpTokenIssuer.KeySize);
        var world = new World();
        await using var lobby = RpcServer.Create(rpc => rpc
            .AddService<ILobby>(_ => new Lobby(new UdpTokenIssuer(1, key)))
            .ListenTcp(IPAddress.Loopback, lobbyPort));
        await using var arena = RpcServer.Create(rpc => rpc
            .AddService<IArena>(connection => new ArenaService(connection, world))
            .ListenUdp(IPAddress.Loopback, port, udp => (udp.TokenKeys[1], udp.TokenAudience) = (key, Audience)));
        await lobby.StartAsync(cancellationToken);
        await arena.StartAsync(cancellationToken);
        foreach (var address in lobby.Addresses.Concat(arena.Addresses))
        {
            Console.WriteLine($"listening on {address}");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (seconds > 0)
        {
            end.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        var ticks = await TickAsync(world, end.Token);
        Console.WriteLine($"stopped after {ticks:N0} ticks");
        return 0;
    }

    private static async Task<int> TickAsync(World world, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / World.TicksPerSecond));
        var ticks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                ticks++;
                var (snapshot, players) = world.Tick();
                foreach (var player in players)
                {
                    try
                    {
                        player.See(snapshot);
                    }
                    catch (RpcException)
                    {
                        // That one is leaving.
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }

        return ticks;
    }
}
