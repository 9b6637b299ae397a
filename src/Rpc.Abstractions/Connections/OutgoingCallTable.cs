namespace Rpc.Connections;

/// <summary>The calls in flight from this side: an array indexed by the lower 16 bits of the call id. The upper 8 bits count how often the slot was used, so
/// that a late frame of an earlier call is told from the present one.</summary>
/// <remarks>Thread safe. A slot stays taken until the peer has answered, also when the caller has gone: that is what bounds the calls at the peer.</remarks>
internal sealed class OutgoingCallTable
{
    private struct Slot
    {
        public OutgoingCall? Call;
        public CallStreams? Streams;
        public int Version;
        public byte Generation;
        public bool Taken;
    }

    private readonly Lock _gate = new();
    private readonly int _limit;
    private Slot[] _slots = [];
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private int _taken;
    private long _total;
    private Queue<SlotWaiter>? _waiters;
    private RpcException? _failure;
    private TaskCompletionSource<bool>? _empty;

    /// <param name="limit">How many calls the peer runs at once.</param>
    public OutgoingCallTable(int limit) => _limit = Math.Min(limit, 65_536);

    /// <summary>Calls in flight.</summary>
    public int Count => Volatile.Read(ref _taken);

    /// <summary>Calls that took a slot so far.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Takes a slot if one is free and nobody waits for it.</summary>
    /// <exception cref="RpcException">Unavailable: the connection is gone.</exception>
    public bool TryAdd(OutgoingCall call, CallStreams? streams, out int callId)
    {
        lock (_gate)
        {
            if (_failure is not null)
            {
                throw _failure.Copy(RpcCallProgress.NotSent);
            }

            if (_taken >= _limit || _waiters is { Count: > 0 })
            {
                callId = 0;
                return false;
            }

            callId = Take(call, streams);
            return true;
        }
    }

    /// <summary>Waits for a slot, in the order of the calls.</summary>
    public async ValueTask<int> AddAsync(OutgoingCall call, CallStreams? streams, CancellationToken cancellationToken)
    {
        SlotWaiter waiter;
        lock (_gate)
        {
            if (_failure is null && _taken < _limit && _waiters is not { Count: > 0 })
            {
                return Take(call, streams);
            }

            waiter = new SlotWaiter(call, streams);
            if (_failure is not null)
            {
                waiter.TrySetException(_failure.Copy(RpcCallProgress.NotSent));
            }
            else
            {
                (_waiters ??= new Queue<SlotWaiter>()).Enqueue(waiter);
            }
        }

        using (cancellationToken.RegisterUnsafe(static state => ((SlotWaiter)state!).TrySetCanceled(), waiter))
        {
            try
            {
                return await waiter.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
    }

    /// <summary>The call's final frame arrived: frees the slot.</summary>
    /// <param name="callId">The id in the frame.</param>
    /// <param name="streams">The call's streams.</param>
    /// <param name="version">The call's version when it was added.</param>
    /// <param name="call">The call, or null when the caller has gone.</param>
    /// <returns>False when there is no such call: the peer breaks the protocol.</returns>
    public bool TryRemove(int callId, out OutgoingCall? call, out int version, out CallStreams? streams)
    {
        TaskCompletionSource<bool>? empty = null;
        lock (_gate)
        {
            if (!IsTaken(callId))
            {
                call = null;
                streams = null;
                version = 0;
                return false;
            }

            ref var slot = ref _slots[callId & 0xFFFF];
            call = slot.Call;
            streams = slot.Streams;
            version = slot.Version;
            slot.Call = null;
            slot.Streams = null;
            slot.Taken = false;
            slot.Generation++;
            _free[_freeCount++] = callId & 0xFFFF;
            _taken--;
            while (_waiters is { Count: > 0 } && _taken < _limit)
            {
                var waiter = _waiters.Dequeue();
                if (!waiter.Task.IsCompleted)
                {
                    var id = Take(waiter.Call, waiter.Streams);
                    if (!waiter.TrySetResult(id))
                    {
                        // Cancelled just now: nobody will send it, so nobody will answer.
                        Release(id);
                    }
                }
            }

            if (_taken == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.TrySetResult(true);
        return true;
    }

    /// <summary>Gives back a slot whose request was never sent.</summary>
    public void Forget(int callId) => TryRemove(callId, out _, out _, out _);

    /// <summary>The caller has gone; the slot stays taken until the peer answers.</summary>
    /// <returns>False when the peer has answered.</returns>
    public bool Abandon(int callId)
    {
        lock (_gate)
        {
            if (!IsTaken(callId))
            {
                return false;
            }

            _slots[callId & 0xFFFF].Call = null;
            return true;
        }
    }

    /// <summary>The streams of a call in flight, or null.</summary>
    public CallStreams? FindStreams(int callId)
    {
        lock (_gate)
        {
            return IsTaken(callId) ? _slots[callId & 0xFFFF].Streams : null;
        }
    }

    /// <summary>Ends when no call is in flight.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            return _taken == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Fails all calls, those that wait for a slot and those to come.</summary>
    /// <param name="exception">Why.</param>
    /// <param name="unsent">The calls whose requests have not left this side.</param>
    public void FailAll(RpcException exception, HashSet<int>? unsent = null)
    {
        Slot[] slots;
        Queue<SlotWaiter>? waiters;
        TaskCompletionSource<bool>? empty;
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = exception;
            slots = _slots;
            waiters = _waiters;
            _slots = [];
            _waiters = null;
            _taken = 0;
            (empty, _empty) = (_empty, null);
        }

        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            var isUnsent = unsent is not null && unsent.Contains(i | (slot.Generation << 16));
            slot.Call?.TryFail(slot.Version, exception.Copy(isUnsent ? RpcCallProgress.NotSent : RpcCallProgress.Sent));
            slot.Streams?.Close(exception);
        }

        foreach (var waiter in waiters ?? new Queue<SlotWaiter>())
        {
            waiter.TrySetException(exception.Copy(RpcCallProgress.NotSent));
        }

        empty?.TrySetResult(true);
    }

    private bool IsTaken(int callId)
    {
        var index = callId & 0xFFFF;
        return index < _slots.Length && _slots[index].Taken && _slots[index].Generation == (byte)(callId >> 16);
    }

    private int Take(OutgoingCall call, CallStreams? streams)
    {
        int index;
        if (_freeCount > 0)
        {
            index = _free[--_freeCount];
        }
        else
        {
            if (_used == _slots.Length)
            {
                var size = Math.Min(Math.Max(4, _slots.Length * 2), 65_536);
                Array.Resize(ref _slots, size);
                Array.Resize(ref _free, size);
            }

            index = _used++;
        }

        ref var slot = ref _slots[index];
        slot.Call = call;
        slot.Streams = streams;
        slot.Version = call.Version;
        slot.Taken = true;
        _taken++;
        _total++;
        return index | (slot.Generation << 16);
    }

    private void Release(int callId)
    {
        ref var slot = ref _slots[callId & 0xFFFF];
        slot.Call = null;
        slot.Streams = null;
        slot.Taken = false;
        _free[_freeCount++] = callId & 0xFFFF;
        _taken--;
    }

    private sealed class SlotWaiter : TaskCompletionSource<int>
    {
        public SlotWaiter(OutgoingCall call, CallStreams? streams)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            Call = call;
            Streams = streams;
        }

        public OutgoingCall Call { get; }

        public CallStreams? Streams { get; }
    }
}
