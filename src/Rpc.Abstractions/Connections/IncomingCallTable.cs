using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>The peer's calls that run here: a table indexed by the lower 16 bits of the call id, which the peer chooses within the limit it was told.</summary>
/// <remarks>Thread safe. Calls are added by the reader alone. The table is made of small chunks, so that a hostile peer's choice of an id costs no more
/// than a chunk and the list of chunks: 4 KiB with the default limit.</remarks>
internal sealed class IncomingCallTable
{
    private struct Slot
    {
        public IncomingCall? Call;
        public CallStreams? Streams;
        public int CallId;
        public int Version;

        /// <summary>One more than the id of the call that was cancelled: the present one, or one that its cancel has overtaken.</summary>
        public int Cancelled;
    }

    private const int ChunkSize = 16;

    private readonly Lock _gate = new();
    private readonly int _limit;
    private Slot[]?[] _chunks = [];
    private int _count;
    private bool _closed;
    private TaskCompletionSource<bool>? _empty;

    public IncomingCallTable(int limit) => _limit = limit;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a call.</summary>
    /// <returns>Whether it was cancelled before: its cancel has overtaken it.</returns>
    /// <exception cref="ProtocolException">The id is in use, or there are more calls than the peer was told it may make.</exception>
    public bool Add(IncomingCall call, int callId, CallStreams? streams)
    {
        lock (_gate)
        {
            var index = callId & 0xFFFF;
            if (_count >= _limit)
            {
                throw new ProtocolException($"The peer makes more than {_limit} calls at once.", RpcCloseReason.ResourceExhausted);
            }

            if (index >= _limit)
            {
                throw new ProtocolException($"The call id {callId} is beyond the limit of {_limit} calls at once.");
            }

            ref var slot = ref SlotOf(index);
            if (slot.Call is not null)
            {
                throw new ProtocolException($"The call id {callId} is in use.");
            }

            slot.Call = call;
            slot.CallId = callId;
            slot.Streams = streams;
            slot.Version = call.Version;
            _count++;
            if (slot.Cancelled == callId + 1)
            {
                return true;
            }

            slot.Cancelled = 0;
            return false;
        }
    }

    /// <summary>Notes that a call is cancelled, also one that has not arrived: a cancel is small, and may overtake a large request, or any request on a
    /// message transport.</summary>
    /// <returns>The call, if it runs and was not cancelled before.</returns>
    public IncomingCall? Cancel(int callId, out int version)
    {
        lock (_gate)
        {
            version = 0;
            var index = callId & 0xFFFF;
            if (index >= _limit)
            {
                return null;
            }

            ref var slot = ref SlotOf(index);
            if (slot.Call is not null && (slot.CallId != callId || slot.Cancelled == callId + 1))
            {
                return null;
            }

            slot.Cancelled = callId + 1;
            version = slot.Version;
            return slot.Call;
        }
    }

    /// <summary>The call has ended; before its final frame is sent.</summary>
    public void Remove(int callId)
    {
        TaskCompletionSource<bool>? empty = null;
        lock (_gate)
        {
            var index = callId & 0xFFFF;
            _chunks[index / ChunkSize]![index % ChunkSize] = default;
            if (--_count == 0)
            {
                (empty, _empty) = (_empty, null);
            }
        }

        empty?.TrySetResult(true);
    }

    /// <summary>A call that runs, or null.</summary>
    public IncomingCall? Find(int callId, out int version)
    {
        lock (_gate)
        {
            var slot = Get(callId);
            version = slot.Version;
            return slot.Call;
        }
    }

    /// <summary>The streams of a call that runs, or null.</summary>
    public CallStreams? FindStreams(int callId)
    {
        lock (_gate)
        {
            return Get(callId).Streams;
        }
    }

    /// <summary>Ends when no call runs.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            return _count == 0 ? Task.CompletedTask : (_empty ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Cancels all calls and ends their streams. Runs handlers' callbacks on this thread.</summary>
    public void CancelAll(Exception reason)
    {
        List<Slot> slots;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            slots = [.. _chunks.OfType<Slot[]>().SelectMany(static chunk => chunk).Where(static slot => slot.Call is not null)];
        }

        foreach (var slot in slots)
        {
            slot.Streams?.Close(reason);
            slot.Call?.Cancel(slot.Version);
        }
    }

    private ref Slot SlotOf(int index)
    {
        if (index / ChunkSize >= _chunks.Length)
        {
            Array.Resize(ref _chunks, index / ChunkSize + 1);
        }

        return ref (_chunks[index / ChunkSize] ??= new Slot[ChunkSize])[index % ChunkSize];
    }

    private Slot Get(int callId)
    {
        var index = callId & 0xFFFF;
        if (index / ChunkSize < _chunks.Length && _chunks[index / ChunkSize] is { } chunk && chunk[index % ChunkSize].CallId == callId)
        {
            return chunk[index % ChunkSize];
        }

        return default;
    }
}
