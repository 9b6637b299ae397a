using Feed.Contracts;
using Rpc;
using Rpc.Client;

namespace Feed.Subscriber;

/// <summary>The subscriber: takes so many prices, as fast as they come or slowly, and tells how that went.</summary>
internal static class FeedSubscriber
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(string address, int take, bool slow, CancellationToken cancellationToken)
    {
        try
        {
            // The window and one frame may be on their way here. Prices age: who is slow wants few of them there, and later ones instead.
            await using var client = await RpcClient.ConnectAsync(
                address, options => options.Limits.StreamWindow = slow ? 1024 : options.Limits.StreamWindow, cancellationToken);
            var feed = client.GetProxy<IFeed>();
            var symbols = await feed.GetSymbolsAsync(cancellationToken);
            Console.WriteLine($"{symbols.Count} symbols, {symbols[0]} to {symbols[^1]}");

            var tally = new Tally(symbols.Count);
            await foreach (var price in feed.SubscribeAsync(cancellationToken))
            {
                tally.Add(price);
                if (tally.Count == take)
                {
                    break;
                }

                if (slow && tally.Count % 20 == 0)
                {
                    await Task.Delay(s_pause, cancellationToken);
                }
            }

            Console.WriteLine(tally);
            return tally.Holes == 0 ? 0 : 1;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        catch (RpcException e)
        {
            Console.Error.WriteLine($"{e.StatusCode}: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }
}
