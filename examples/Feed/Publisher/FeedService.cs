using System.Runtime.CompilerServices;
using Feed.Contracts;

namespace Feed.Publisher;

/// <summary>One object serves all subscribers; what belongs to one of them is in its stream.</summary>
internal sealed class FeedService(Market market, IReadOnlyList<string> symbols) : IFeed
{
    private int _subscribers;

    public ValueTask<IReadOnlyList<string>> GetSymbolsAsync(CancellationToken cancellationToken) => new(symbols);

    public async IAsyncEnumerable<Price> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _subscribers);
        var subscription = market.Subscribe();
        Console.WriteLine($"subscriber {number} has come");
        try
        {
            while (true)
            {
                // Nothing is taken while the subscriber's window is full: the stream goes on behind a yield when there is room.
                while (subscription.TryTake(out var price))
                {
                    yield return price;
                }

                await subscription.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            // However the stream ends: enough taken, cancelled, or the connection lost.
            market.Unsubscribe(subscription);
            Console.WriteLine($"subscriber {number} has gone: {subscription.Taken:N0} prices sent, {subscription.Replaced:N0} replaced by later ones");
        }
    }
}
