namespace Rpc.Connections;

/// <summary>Frames that wait for room, first come first served. Not thread safe: the sender's lock guards it.</summary>
internal sealed class SendWaitQueue
{
    private readonly Queue<SendWaiter> _waiters = new();

    public bool IsEmpty => _waiters.Count == 0;

    public void Enqueue(SendWaiter waiter) => _waiters.Enqueue(waiter);

    /// <summary>Takes the next waiter if the queue is shorter than it asks for.</summary>
    public SendWaiter? TryDequeue(long queuedBytes)
    {
        while (_waiters.Count > 0)
        {
            if (queuedBytes >= _waiters.Peek().Limit)
            {
                return null;
            }

            var waiter = _waiters.Dequeue();
            if (waiter.TryTake())
            {
                return waiter;
            }
        }

        return null;
    }

    /// <summary>Takes all waiters.</summary>
    public List<SendWaiter> Clear()
    {
        var all = new List<SendWaiter>();
        while (_waiters.Count > 0)
        {
            var waiter = _waiters.Dequeue();
            if (waiter.TryTake())
            {
                all.Add(waiter);
            }
        }

        return all;
    }
}
