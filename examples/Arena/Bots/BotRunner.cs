using System.Net;
using Arena.Contracts;
using Rpc;
using Rpc.Client;
using Rpc.Testing;
using Rpc.Transport.Udp;

namespace Arena.Bots;

/// <summary>Lets bots play over a network that is as bad as asked for, and says how it went.</summary>
internal static class BotRunner
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(
        Uri lobbyAddress, Uri arenaAddress, int count, int seconds, double loss, double roundTrip, CancellationToken cancellationToken)
    {
        var server = new IPEndPoint((await Dns.GetHostAddressesAsync(arenaAddress.Host, cancellationToken))[0], arenaAddress.Port);
        var network = new NetworkConditions
        {
            Loss = loss / 100,
            Delay = TimeSpan.FromMilliseconds(roundTrip / 2),
            Jitter = TimeSpan.FromMilliseconds(roundTrip / 25),
        };
        await using var relay = new UdpRelay(server, network);
        await using var lobby = await RpcClient.ConnectAsync(lobbyAddress, cancellationToken: cancellationToken);
        var bots = Enumerable.Range(1, count).Select(static i => new Bot($"bot{i}")).ToList();
        var clients = new List<RpcClient>();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            foreach (var bot in bots)
            {
                clients.Add(await ConnectAsync(lobby.GetProxy<ILobby>(), new Uri($"udp://{relay.EndPoint}"), bot, cancellationToken));
            }

            end.CancelAfter(TimeSpan.FromSeconds(seconds));
            var playing = bots.Zip(clients, (bot, client) => bot.PlayAsync(client, end.Token)).ToList();
            await Task.WhenAll(playing);

            // Reliable: each word reaches everyone, whatever the network loses.
            await Task.WhenAll(clients.Select(static client => client.GetProxy<IArena>().SayAsync("good game").AsTask())).WaitAsync(s_patience, cancellationToken);
            var ping = await clients[0].Connection.PingAsync(cancellationToken);
            var scores = await clients[0].GetProxy<IArena>().GetScoresAsync();
            await WaitForWordsAsync(bots, cancellationToken);
            Report(bots, relay, scores, ping, seconds);
            return bots.All(bot => bot.Heard == count && bot.Late == 0) ? 0 : 1;
        }
        finally
        {
            foreach (var client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    private static ValueTask<RpcClient> ConnectAsync(ILobby lobby, Uri address, Bot bot, CancellationToken cancellationToken) =>
        RpcClient.ConnectAsync(
            address,
            options =>
            {
                options.UseUdp(udp => udp.GetToken = async _ => UdpConnectToken.Parse(await lobby.EnterAsync("bot")));
                options.Serve<IPlayer>(bot);
            },
            cancellationToken);

    private static async Task WaitForWordsAsync(List<Bot> bots, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (bots.Any(bot => bot.Heard < bots.Count) && await timer.WaitForNextTickAsync(patience.Token))
        {
        }
    }

    private static void Report(List<Bot> bots, UdpRelay relay, Score[] scores, TimeSpan ping, int seconds)
    {
        var (came, expected) = (bots.Sum(static bot => bot.Snapshots), bots.Sum(static bot => bot.Expected));
        var perBot = 1000.0 * seconds * bots.Count;
        Console.WriteLine($"{bots.Count} bots played for {seconds} s, round trip {ping.TotalMilliseconds:f0} ms");
        Console.WriteLine($"snapshots: {came:N0} of {expected:N0} came, {100.0 * (expected - came) / Math.Max(1, expected):f1} % did not, {bots.Sum(static bot => bot.Late)} came late");
        Console.WriteLine($"a bot: {relay.BytesToServer / perBot:f1} kB/s up, {relay.BytesToClient / perBot:f1} kB/s down");
        Console.WriteLine($"words: {bots.Sum(static bot => bot.Heard)} of {bots.Count * bots.Count} heard");
        Console.WriteLine($"best: {string.Join(", ", scores.Take(3).Select(static score => $"{score.Name} {score.Coins}"))}");
    }
}
