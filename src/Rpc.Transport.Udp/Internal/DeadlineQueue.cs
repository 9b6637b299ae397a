namespace Rpc.Transport.Udp.Internal;

/// <summary>Wakes items at their deadlines: a heap, and one timer for its first. Thread safe.</summary>
/// <remarks>A deadline that is put off is not moved: the item is woken early and schedules itself anew. So the frequent case, an acknowledgement
/// that moves the probe timeout on, costs a comparison.</remarks>
internal sealed class DeadlineQueue : IDisposable
{
    private readonly object _gate = new();
    private readonly Clock _clock;
    private readonly ITimer _timer;
    private readonly List<IDeadlineItem> _due = [];
    private IDeadlineItem[] _heap = new IDeadlineItem[4];
    private int _count;
    private long _timerAt = long.MaxValue;
    private bool _isDisposed;

    internal DeadlineQueue(Clock clock)
    {
        _clock = clock;
        _timer = clock.TimeProvider.CreateTimer(
            static state => ((DeadlineQueue)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sees to it that an item is woken no later than this, give or take the timer's millisecond.</summary>
    internal void Schedule(IDeadlineItem item, long deadline)
    {
        if (deadline == long.MaxValue || (item.HeapIndex >= 0 && deadline >= item.WakeAt))
        {
            return;
        }

        lock (_gate)
        {
            if (_isDisposed || (item.HeapIndex >= 0 && deadline >= item.WakeAt))
            {
                return;
            }

            item.WakeAt = deadline;
            if (item.HeapIndex < 0)
            {
                if (_count == _heap.Length)
                {
                    Array.Resize(ref _heap, _count * 2);
                }

                item.HeapIndex = _count;
                _heap[_count++] = item;
            }

            Up(item.HeapIndex);
            SetTimer();
        }
    }

    internal void Remove(IDeadlineItem item)
    {
        lock (_gate)
        {
            if (item.HeapIndex >= 0)
            {
                RemoveAt(item.HeapIndex);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Array.Clear(_heap, 0, _count);
            _count = 0;
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        IDeadlineItem[] due;
        var now = _clock.Now;
        lock (_gate)
        {
            _timerAt = long.MaxValue;
            while (_count > 0 && _heap[0].WakeAt <= now)
            {
                _due.Add(_heap[0]);
                RemoveAt(0);
            }

            SetTimer();
            if (_due.Count == 0)
            {
                return;
            }

            due = [.. _due];
            _due.Clear();
        }

        foreach (var item in due)
        {
            item.OnDeadline(now);
        }
    }

    // Under the gate.
    private void SetTimer()
    {
        if (_count == 0 || _heap[0].WakeAt >= _timerAt || _isDisposed)
        {
            return;
        }

        _timerAt = _heap[0].WakeAt;
        var milliseconds = Math.Max(0, (_timerAt - _clock.Now + 999) / 1000);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private void RemoveAt(int index)
    {
        var item = _heap[index];
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (index < _count)
        {
            _heap[index] = last;
            last.HeapIndex = index;
            Up(index);
            Down(last.HeapIndex);
        }

        item.HeapIndex = -1;
    }

    private void Up(int index)
    {
        while (index > 0 && _heap[index].WakeAt < _heap[(index - 1) / 2].WakeAt)
        {
            Swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }
    }

    private void Down(int index)
    {
        while (true)
        {
            var least = index;
            for (var child = (2 * index) + 1; child <= (2 * index) + 2 && child < _count; child++)
            {
                least = _heap[child].WakeAt < _heap[least].WakeAt ? child : least;
            }

            if (least == index)
            {
                return;
            }

            Swap(index, least);
            index = least;
        }
    }

    private void Swap(int first, int second)
    {
        (_heap[first], _heap[second]) = (_heap[second], _heap[first]);
        _heap[first].HeapIndex = first;
        _heap[second].HeapIndex = second;
    }
}
