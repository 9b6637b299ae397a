using Feed.Contracts;

namespace Feed.Publisher;

/// <summary>Makes up prices, at a steady rate, and offers them to every subscription. No subscriber can hold it up.</summary>
internal sealed class Market(int symbols, int pricesPerSecond)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly Price[] _prices = [.. Enumerable.Range(0, symbols).Select(symbol => new Price(symbol, 0, 0, 100))];
    private Subscription[] _subscriptions = [];

    /// <summary>How many prices were published.</summary>
    public long Published { get; private set; }

    public Subscription Subscribe()
    {
        var subscription = new Subscription();
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
        }

        return subscription;
    }

    public void Unsubscribe(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var burst = Math.Max(1, (int)(pricesPerSecond * s_interval.TotalSeconds));
        using var timer = new PeriodicTimer(s_interval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // A subscription made now gets the prices from the next burst on.
            var subscriptions = Volatile.Read(ref _subscriptions);
            for (var i = 0; i < burst; i++)
            {
                var price = NextPrice();
                foreach (var subscription in subscriptions)
                {
                    subscription.Offer(price);
                }
            }

            foreach (var subscription in subscriptions)
            {
                subscription.Signal();
            }
        }
    }

    private Price NextPrice()
    {
        ref var price = ref _prices[Published++ % _prices.Length];
        price = price with { Number = price.Number + 1, Value = price.Value * (1 + ((Random.Shared.NextDouble() - 0.5) / 1000)) };
        return price;
    }
}
