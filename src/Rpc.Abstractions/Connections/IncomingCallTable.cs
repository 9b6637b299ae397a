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
    }

    private const int ChunkSize = 16;

    private readonly object _gate = new();
    private readonly int _limit;
    private Slot[]?[] _chunks = [];
    private int _count;

    // Calls whose answer is not queued yet: a call is in the table for a moment less, see Remove.
    private int _unanswered;
    private bool _closed;
    private TaskCompletionSource<bool>? _empty;

    public IncomingCallTable(int limit) => _limit = limit;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a call.</summary>
    /// <exception cref="ProtocolException">The id is in use, or there are more calls than the peer was told it may make.</exception>
    public void Add(IncomingCall call, int callId, CallStreams? streams)
    {
        lock (_gate)
        {
            var index = callId & 0xFFFF;
            if (_count >= _limit)
            {
                throw new ProtocolException($"The peer makes more than {_limit} calls at once.", RpcCloseReason.ResourceExhausted);
            }

            if (index > _limit)
            {
                throw new ProtocolException($"The call id {callId} is beyond the limit of {_limit} calls at once.");
            }

            if (index / ChunkSize >= _chunks.Length)
            {
                Array.Resize(ref _chunks, index / ChunkSize + 1);
            }

            ref var slot = ref (_chunks[index / ChunkSize] ??= new Slot[ChunkSize])[index % ChunkSize];
            if (slot.Call is not null)
            {
                throw new ProtocolException($"The call id {callId} is in use.");
            }

            slot.Call = call;
            slot.CallId = callId;
            slot.Streams = streams;
            slot.Version = call.Version;
            _count++;
            Interlocked.Increment(ref _unanswered);
        }
    }

    /// <summary>The call has ended; before its final frame is sent, as the peer may use the id again as soon as it has it.</summary>
    public void Remove(int callId)
    {
        lock (_gate)
        {
            var index = callId & 0xFFFF;
            _chunks[index / ChunkSize]![index % ChunkSize] = default;
            _count--;
        }
    }

    /// <summary>The final frame of a call that was removed is queued: who waits to close may.</summary>
    public void Answered()
    {
        if (Interlocked.Decrement(ref _unanswered) == 0 && Volatile.Read(ref _empty) is not null)
        {
            Interlocked.Exchange(ref _empty, null)?.TrySetResult(true);
        }
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

    /// <summary>Ends when no call runs and every answer is queued.</summary>
    public Task WhenEmpty()
    {
        lock (_gate)
        {
            var empty = _empty is { Task.IsCompleted: false } waiting ? waiting : new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);

            // Seen before the count is read, with a fence between the two: either this sees the last answer, or that one sees who waits.
            Interlocked.Exchange(ref _empty, empty);
            if (Volatile.Read(ref _unanswered) == 0)
            {
                Interlocked.Exchange(ref _empty, null);
                empty.TrySetResult(true);
            }

            return empty.Task;
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
