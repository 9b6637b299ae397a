using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>The peer's calls that run here: a table indexed by the lower 16 bits of the call id, which the peer chooses within the limit it was told.</summary>
/// <remarks>
/// Calls are added and found by whoever has the role of the reader, and removed by whoever completes them, without a lock: a slot whose <c>Call</c> is null is
/// the reader's, who writes <c>Call</c> last; the remover writes it last, too. The table is made of small chunks, so that a hostile
/// peer's choice of an id costs no more than a chunk and the list of chunks: 8 KiB with the default limit.
/// </remarks>
internal sealed class IncomingCallTable
{
    private struct Slot
    {
        public IncomingCall? Call;
        public CallStreams? Streams;
        public int CallId;

        /// <summary>One more than the id of the call that was cancelled: the present one, or one that its cancel has overtaken. The reader's own.</summary>
        public int Cancelled;
    }

    private const int ChunkSize = 8;

    private readonly int _limit;
    private Slot[]?[] _chunks = [];
    private int _added;
    private int _answered;
    private volatile bool _closed;
    private TaskCompletionSource<bool>? _empty;

    public IncomingCallTable(int limit) => _limit = limit;

    /// <summary>Calls that run, and those whose answer is not queued yet.</summary>
    public int Count => Volatile.Read(ref _added) - Volatile.Read(ref _answered);

    /// <summary>Adds a call.</summary>
    /// <returns>Whether it was cancelled before: its cancel has overtaken it.</returns>
    /// <exception cref="ProtocolException">The id is in use, or there are more calls than the peer was told it may make.</exception>
    public bool Add(IncomingCall call, int callId, CallStreams? streams)
    {
        var index = callId & 0xFFFF;
        if (Count >= _limit && CountTaken() >= _limit)
        {
            throw new ProtocolException($"The peer makes more than {_limit} calls at once.", RpcCloseReason.ResourceExhausted);
        }

        if (index >= _limit)
        {
            throw new ProtocolException($"The call id {callId} is beyond the limit of {_limit} calls at once.");
        }

        ref var slot = ref SlotFor(index);
        if (Volatile.Read(ref slot.Call) is not null)
        {
            throw new ProtocolException($"The call id {callId} is in use.");
        }

        var version = call.Version;
        slot.CallId = callId;
        slot.Streams = streams;
        Volatile.Write(ref _added, _added + 1);
        Volatile.Write(ref slot.Call, call);
        if (_closed)
        {
            // CancelAll has passed, or is about to; both may cancel it.
            streams?.Close(s_closed);
            call.Cancel(version);
        }

        if (slot.Cancelled == callId + 1)
        {
            return true;
        }

        slot.Cancelled = 0;
        return false;
    }

    /// <summary>Notes that a call is cancelled, also one that has not arrived: a cancel is small, and may overtake a large request, or any request on a
    /// message transport. For the reader.</summary>
    /// <returns>The call, if it runs and was not cancelled before.</returns>
    public IncomingCall? Cancel(int callId, out int version)
    {
        version = 0;
        var index = callId & 0xFFFF;
        if (index >= _limit)
        {
            return null;
        }

        ref var slot = ref SlotFor(index);
        var call = Take(ref slot, out version, out _);
        if (call is not null && (slot.CallId != callId || slot.Cancelled == callId + 1))
        {
            return null;
        }

        slot.Cancelled = callId + 1;
        return call;
    }

    /// <summary>The call has ended; before its final frame is sent, as the peer may use the id again as soon as it has it.</summary>
    public void Remove(int callId)
    {
        var index = callId & 0xFFFF;
        ref var slot = ref Volatile.Read(ref _chunks)[index / ChunkSize]![index % ChunkSize];
        slot.Streams = null;
        Volatile.Write(ref slot.Call, null);
    }

    /// <summary>The final frame of a call that was removed is queued, or will never be: who waits to close need not wait for it.</summary>
    public void Answered()
    {
        Interlocked.Increment(ref _answered);
        if (Volatile.Read(ref _empty) is { } empty && Count == 0)
        {
            empty.TrySetResult(true);
        }
    }

    /// <summary>A call that runs, or null. For the reader.</summary>
    public IncomingCall? Find(int callId, out int version) => Find(callId, out version, out _);

    /// <summary>The streams of a call that runs, or null. For the reader.</summary>
    public CallStreams? FindStreams(int callId)
    {
        Find(callId, out _, out var streams);
        return streams;
    }

    /// <summary>Ends when no call runs and every answer is queued.</summary>
    public Task WhenEmpty()
    {
        var empty = Volatile.Read(ref _empty);
        if (empty is null)
        {
            var created = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = Interlocked.CompareExchange(ref _empty, created, null) ?? created;
        }

        // After the source is there: who answers the last call sees it, or it is seen here that there is none.
        if (Count == 0)
        {
            empty.TrySetResult(true);
        }

        return empty.Task;
    }

    /// <summary>Cancels all calls and ends their streams. Runs handlers' callbacks on this thread.</summary>
    public void CancelAll(Exception reason)
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        foreach (var chunk in Volatile.Read(ref _chunks))
        {
            for (var i = 0; i < chunk?.Length; i++)
            {
                if (Take(ref chunk[i], out var version, out var streams) is { } call)
                {
                    streams?.Close(reason);
                    call.Cancel(version);
                }
            }
        }
    }

    private static readonly RpcException s_closed = new(RpcStatusCode.Unavailable, "The connection is closed.");

    private IncomingCall? Find(int callId, out int version, out CallStreams? streams)
    {
        var index = callId & 0xFFFF;
        if (index / ChunkSize < _chunks.Length && _chunks[index / ChunkSize] is { } chunk && chunk[index % ChunkSize].CallId == callId)
        {
            return Take(ref chunk[index % ChunkSize], out version, out streams);
        }

        version = 0;
        streams = null;
        return null;
    }

    /// <summary>A slot's content as of one moment: a call is removed before its version changes, so it is this call's version if the call is still there.</summary>
    private static IncomingCall? Take(ref Slot slot, out int version, out CallStreams? streams)
    {
        var call = Volatile.Read(ref slot.Call);
        version = call?.Version ?? 0;
        streams = Volatile.Read(ref slot.Streams);
        if (call is null || Volatile.Read(ref slot.Call) != call)
        {
            streams = null;
            return null;
        }

        return call;
    }

    /// <summary>Calls in the table. Asked for at the limit alone, where one that is about to be answered does not count.</summary>
    private int CountTaken()
    {
        var count = 0;
        foreach (var chunk in _chunks)
        {
            foreach (ref readonly var slot in chunk.AsSpan())
            {
                count += slot.Call is null ? 0 : 1;
            }
        }

        return count;
    }

    private ref Slot SlotFor(int index)
    {
        if (index / ChunkSize >= _chunks.Length)
        {
            var chunks = _chunks;
            Array.Resize(ref chunks, index / ChunkSize + 1);
            Volatile.Write(ref _chunks, chunks);
        }

        ref var chunk = ref _chunks[index / ChunkSize];
        if (chunk is null)
        {
            Volatile.Write(ref chunk, new Slot[ChunkSize]);
        }

        return ref chunk![index % ChunkSize];
    }
}
