using System.Threading.Channels;
using Feed.Contracts;

namespace Feed.Publisher;

/// <summary>What one subscriber has not taken yet, in bounded memory. Offering never waits; one reader takes.</summary>
internal sealed class Subscription
{
    /// <summary>How many prices a subscriber may be behind and still get each one.</summary>
    public const int Capacity = 16_384;

    private readonly Lock _gate = new();
    private readonly Queue<Price> _queue = new();

    // The latest of each symbol, of a subscriber that fell behind. While there are any, new prices go there, not into the queue.
    private readonly Dictionary<int, Price> _latest = [];

    // A signal: there is something to take. It holds one, and setting it again changes nothing.
    private readonly Channel<bool> _offered = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public long Taken { get; private set; }

    public long Replaced { get; private set; }

    public void Offer(Price price)
    {
        lock (_gate)
        {
            if (_latest.Count == 0 && _queue.Count < Capacity)
            {
                _queue.Enqueue(price);
                return;
            }

            while (_queue.TryDequeue(out var queued))
            {
                Replace(queued);
            }

            Replace(price);
        }
    }

    /// <summary>Lets the reader know that something was offered: once after a burst.</summary>
    public void Signal() => _offered.Writer.TryWrite(true);

    public bool TryTake(out Price price)
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                foreach (var latest in _latest.Values)
                {
                    _queue.Enqueue(latest);
                }

                _latest.Clear();
            }

            if (!_queue.TryDequeue(out price))
            {
                return false;
            }

            Taken++;
            return true;
        }
    }

    /// <summary>Waits until something was offered.</summary>
    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _offered.Reader.ReadAsync(cancellationToken);

    private void Replace(Price price)
    {
        if (_latest.TryGetValue(price.Symbol, out var older))
        {
            price = price with { Replaced = price.Replaced + older.Replaced + 1 };
            Replaced++;
        }

        _latest[price.Symbol] = price;
    }
}
