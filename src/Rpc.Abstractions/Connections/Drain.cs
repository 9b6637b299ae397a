namespace Rpc.Connections;

/// <summary>Runs the user code of one connection: handlers, each up to its first await, and completions, in order of arrival, one after another, then one
/// flush for all of them.</summary>
/// <remarks>
/// <para>One worker runs at a time. It takes the whole queue as a batch and takes items off the batch with a compare-and-swap of epoch and index. A worker that
/// makes no progress loses its epoch (<see cref="Check"/>): another one goes on with the next item, so that items still start in order, and the old one
/// finds out when its item returns. So code that blocks its thread delays nothing but itself.</para>
/// <para>While a worker owns the current epoch, what its thread writes to the connection is left for the flush at the end of the batch.</para>
/// </remarks>
internal sealed class Drain : PoolWork
{
    /// <summary>Items of a batch after which what they wrote is flushed: the peer works on it while the rest of the batch runs. With 256 calls in flight
    /// 1.55 million a second, 1.27 with one flush a batch, 1.48 with one every 96 items, 1.17 every 48; a flush by elapsed time, 1.42 at best.</summary>
    private const int FlushEvery = 128;

    /// <summary>From this size (bytes) on, another worker goes on with the rest while an item is read: a megabyte takes about half a millisecond.</summary>
    private const int LargeItem = 128 * 1024;

    /// <summary>A worker that waits for something is blocked. One that does not may have lost its processor for a moment: to take its batch away would run the
    /// next item beside the one it is in, which on a busy machine put one-way calls out of order in one run of three of the tests. It gets so many ticks.</summary>
    private const int MostTicksWithoutProcessor = 20;

    [ThreadStatic]
    private static Drain? t_drain;

    [ThreadStatic]
    private static int t_epoch;

    private readonly Lock _gate = new();
    private IFlushable? _output;
    private Action<Exception>? _onError;

    // Guarded by _gate: the queue, whether a worker runs, and the number of items of the batch. The batch itself is written under _gate and read by
    // the owner of the epoch.
    private WorkItem[] _queue = [];
    private int _queued;
    private WorkItem[] _batch = [];
    private int _batchCount;
    private bool _running;
    private long _queuedBytes;
    private PoolWork? _paused;

    // Guarded by _gate: an epoch was opened for a worker that has not started yet.
    private bool _takenOver;

    // The reader's own; between two reads the array lies in _spare, for Trim to take.
    private WorkItem[]? _staged;
    private int _stagedCount;
    private long _stagedBytes;
    private WorkItem[]? _spare;

    // Epoch in the upper half, index of the next item of the batch in the lower.
    private long _cursor;

    // Guarded by _gate.
    private long _seenCursor = -1;
    private int _stalledTicks;

    // That of the current epoch.
    private DrainWorker? _worker;

    // Set by the monitor: handlers that are slow, but return, are not to hold up the answers of those before them.
    private volatile bool _flushSoon;

    /// <summary>Bytes of payload that wait for their item to be run. For the reader.</summary>
    public long QueuedBytes => Volatile.Read(ref _queuedBytes) + _stagedBytes;

    /// <summary>Sets what is flushed after each batch; once, before the first item.</summary>
    /// <param name="output">What is flushed.</param>
    /// <param name="onError">Told of an item that threw; must not throw.</param>
    public void Attach(IFlushable output, Action<Exception>? onError = null)
    {
        _output = output;
        _onError = onError;
    }

    /// <summary>Whether the current thread runs a batch of this connection, at whose end there will be a flush.</summary>
    /// <remarks>Called under the output's lock: a take-over ends the epoch before it takes that lock to flush, so that nothing is left behind.</remarks>
    public bool WillFlush => t_drain == this && t_epoch == (int)(Volatile.Read(ref _cursor) >> 32);

    /// <summary>Adds an item of the reader's; it is seen with the next <see cref="Publish"/>. For whoever has the role of the reader.</summary>
    public void Stage(Work target, int op, int version, FramePayload payload)
    {
        _staged ??= Interlocked.Exchange(ref _spare, null) ?? [];
        if (_stagedCount == _staged.Length)
        {
            Array.Resize(ref _staged, Math.Max(4, _staged.Length * 2));
        }

        _staged[_stagedCount++] = new WorkItem(target, op, version, payload);
        _stagedBytes += payload.Length;
    }

    /// <summary>Adds what was staged to the queue, before the role of the reader is passed on: one lock for all frames of a read.</summary>
    public void Publish()
    {
        if (_stagedCount == 0)
        {
            return;
        }

        var staged = _staged!;
        lock (_gate)
        {
            if (_queued == 0)
            {
                (_queue, staged) = (staged, _queue);
                _queued = _stagedCount;
            }
            else
            {
                MakeRoom(_stagedCount);
                Array.Copy(staged, 0, _queue, _queued, _stagedCount);
                Array.Clear(staged, 0, _stagedCount);
                _queued += _stagedCount;
            }

            _queuedBytes += _stagedBytes;
        }

        _staged = null;
        _stagedCount = 0;
        _stagedBytes = 0;
        Volatile.Write(ref _spare, staged);
    }

    /// <summary>Adds an item and sees to it that a worker comes to it; for others than the reader.</summary>
    public void Post(Work target, int op, int version)
    {
        bool queue;
        lock (_gate)
        {
            MakeRoom(1);
            _queue[_queued++] = new WorkItem(target, op, version, default);
            queue = !_running;
        }

        if (queue)
        {
            Queue();
        }
    }

    /// <summary>Ends when all items that are in the queue now have been started.</summary>
    public Task WhenStarted()
    {
        lock (_gate)
        {
            if (!_running && _queued == 0)
            {
                return Task.CompletedTask;
            }
        }

        var mark = new DrainMark();
        Post(mark, 0, 0);
        return mark.Reached;
    }

    /// <summary>Whether there is an item that no worker will come to.</summary>
    public bool NeedsWorker
    {
        get
        {
            lock (_gate)
            {
                return _queued > 0 && !_running;
            }
        }
    }

    /// <summary>Runs what is queued on this thread, unless another worker is at it.</summary>
    public void Run() => Execute();

    /// <inheritdoc/>
    public override void Execute()
    {
        int epoch;
        lock (_gate)
        {
            if (_takenOver)
            {
                // A take-over: the epoch is this worker's already.
                _takenOver = false;
                epoch = (int)(_cursor >> 32);
            }
            else if (_running || _queued == 0)
            {
                return;
            }
            else
            {
                _running = true;
                epoch = NextBatch((int)(_cursor >> 32));
            }
        }

        Work(epoch);
    }

    /// <summary>Called by the monitor at each tick for a thread that is in a batch of this drain. Takes the batch away if it is still its worker, and has made no progress since the
    /// last tick although more is to be done.</summary>
    /// <returns>Whether a take-over began: the caller sees to it that a worker comes to <see cref="Execute"/>.</returns>
    internal bool Check(DrainWorker worker)
    {
        lock (_gate)
        {
            if (!_running || _worker != worker)
            {
                return false;
            }

            _flushSoon = _output?.HasDeferred == true;
            var cursor = Volatile.Read(ref _cursor);
            _stalledTicks = cursor == _seenCursor && !_takenOver ? _stalledTicks + 1 : 0;
            _seenCursor = cursor;
            if (_stalledTicks == 0 || ((int)cursor >= _batchCount && _queued == 0 && _output?.HasDeferred != true))
            {
                return false;
            }

            if (_stalledTicks < MostTicksWithoutProcessor && !worker.IsBlocked)
            {
                return false;
            }

            // The worker may still take an item between the read above and this swap; then it is not stalled.
            var taken = (cursor & uint.MaxValue) | ((long)unchecked((int)(cursor >> 32) + 1) << 32);
            if (Interlocked.CompareExchange(ref _cursor, taken, cursor) != cursor)
            {
                return false;
            }

            _takenOver = true;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        if (_queue.Length - _queued < count)
        {
            Array.Resize(ref _queue, Math.Max(Math.Max(4, _queue.Length * 2), _queued + count));
        }
    }

    private void Work(int epoch)
    {
        var outerDrain = t_drain;
        var outerEpoch = t_epoch;
        t_drain = this;
        t_epoch = epoch;
        var worker = DrainWorker.Current;
        Volatile.Write(ref _worker, worker);
        worker.Enter(this);
        var context = ExecutionContext.Capture();
        try
        {
            while (true)
            {
                RunBatch(epoch, context);

                _output?.FlushDeferred();
                lock (_gate)
                {
                    if ((int)(_cursor >> 32) != epoch)
                    {
                        if (t_epoch == epoch)
                        {
                            worker.Return();
                        }

                        return;
                    }

                    if (_queued == 0)
                    {
                        Array.Clear(_batch, 0, _batchCount);
                        _batchCount = 0;
                        _running = false;
                        return;
                    }

                    epoch = NextBatch(epoch);
                }
            }
        }
        finally
        {
            worker.Leave();
            t_drain = outerDrain;
            t_epoch = outerEpoch;
        }
    }

    private void RunBatch(int epoch, ExecutionContext? context)
    {
        try
        {
            var unflushed = 0;
            while (TryTake(epoch, out var item))
            {
                if (item.Payload.Length >= LargeItem)
                {
                    HandOver(epoch);
                }

                item.Target.Execute(item.Op, item.Version, item.Payload);
                Restore(context);
                if (++unflushed == FlushEvery || _flushSoon)
                {
                    unflushed = 0;
                    _flushSoon = false;
                    _output?.FlushDeferred();
                }
            }
        }
        catch (Exception e)
        {
            // An error of the framework's own. The connection ends; what is left of the batch is run by the next round, if the epoch is still this worker's.
            _onError?.Invoke(e);
            RunBatch(epoch, context);
        }
    }

    /// <summary>Gives the epoch up before an item that takes long, so that what is behind it does not wait; this thread runs that item and nothing more.</summary>
    private void HandOver(int epoch)
    {
        _output?.FlushDeferred();
        bool queue;
        lock (_gate)
        {
            if ((int)(_cursor >> 32) != epoch)
            {
                return;
            }

            var next = unchecked(epoch + 1);
            var cursor = (_cursor & uint.MaxValue) | ((long)next << 32);
            Volatile.Write(ref _cursor, cursor);
            t_epoch = unchecked(epoch - 1);
            queue = (int)cursor < _batchCount || _queued > 0;
            _takenOver = queue;
            if (!queue)
            {
                Array.Clear(_batch, 0, _batchCount);
                _batchCount = 0;
                _running = false;
            }
        }

        if (queue)
        {
            Queue();
        }
    }

    private bool TryTake(int epoch, out WorkItem item)
    {
        var cursor = Volatile.Read(ref _cursor);
        var index = (int)cursor;
        if ((int)(cursor >> 32) != epoch || index >= _batchCount)
        {
            item = default;
            return false;
        }

        item = _batch[index];
        return Interlocked.CompareExchange(ref _cursor, cursor + 1, cursor) == cursor;
    }

    /// <summary>Makes the queue the batch. Called under _gate by the owner of the epoch.</summary>
    private int NextBatch(int epoch)
    {
        Array.Clear(_batch, 0, _batchCount);
        (_batch, _queue) = (_queue, _batch);
        _batchCount = _queued;
        _queued = 0;
        _queuedBytes = 0;
        Volatile.Write(ref _cursor, (long)epoch << 32);
        _seenCursor = -1;
        _paused?.Queue();
        _paused = null;
        return epoch;
    }

    /// <summary>Gives up the arrays of a connection that is idle.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            if (!_running && _queued == 0)
            {
                _batch = [];
                _queue = [];
                Volatile.Write(ref _spare, null);
            }
        }
    }

    /// <summary>Queues <paramref name="reader"/> to the pool when the queue has been taken, if it is longer than <paramref name="limit"/> bytes now.</summary>
    /// <returns>False when there is room, and nothing was registered.</returns>
    public bool PauseUntilTaken(PoolWork reader, long limit)
    {
        lock (_gate)
        {
            if (_queuedBytes <= limit)
            {
                return false;
            }

            _paused = reader;
            return true;
        }
    }

    /// <summary>A handler that is no async method may have changed the thread's context; the next item must not see that.</summary>
    private static void Restore(ExecutionContext? context)
    {
#if NET8_0_OR_GREATER
        if (!ReferenceEquals(ExecutionContext.Capture(), context) && context is not null)
        {
            ExecutionContext.Restore(context);
        }
#endif
    }
}
