using System.Diagnostics;
using System.Net;
using Feed.Contracts;
using Rpc;
using Rpc.Server;

namespace Feed.Publisher;

/// <summary>The publisher: a market, and a server without a host.</summary>
internal static class FeedPublisher
{
    public static async Task RunAsync(int port, int symbols, int pricesPerSecond, CancellationToken cancellationToken)
    {
        var market = new Market(symbols, pricesPerSecond);
        IReadOnlyList<string> names = [.. Enumerable.Range(1, symbols).Select(number => $"SYM{number:000}")];
        await using var server = RpcServer.Create(rpc => rpc
            .AddService<IFeed>(new FeedService(market, names))
            .ListenTcp(IPAddress.Any, port));
        await server.StartAsync(cancellationToken);
        Console.WriteLine($"listening on {server.Addresses[0]}");

        try
        {
            await market.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C. Streams would go on for ever: disposing the server ends them now.
        }

        await server.DisposeAsync();
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"stopped: {market.Published:N0} prices published, at most {process.PeakWorkingSet64 / (1024 * 1024)} MiB of memory");
    }
}
