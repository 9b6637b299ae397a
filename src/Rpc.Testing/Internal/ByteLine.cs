namespace Rpc.Testing.Internal;

/// <summary>Bytes on their way, each chunk with the time of its arrival. One adds, another takes.</summary>
internal sealed class ByteLine(long capacity)
{
    private readonly object _gate = new();
    private readonly Queue<(byte[] Bytes, long DueAt)> _chunks = new();
    private TaskCompletionSource<bool>? _taken;
    private TaskCompletionSource<bool>? _added;
    private Exception? _failure;
    private bool _isEnded;
    private long _bytes;

    /// <summary>Adds a chunk when there is room for it.</summary>
    /// <returns>False when nobody takes any more.</returns>
    internal async Task<bool> AddAsync(byte[] bytes, Func<int, long> schedule)
    {
        while (true)
        {
            Task taken;
            TaskCompletionSource<bool>? added = null;
            lock (_gate)
            {
                if (_isEnded)
                {
                    return false;
                }

                if (_bytes == 0 || _bytes + bytes.Length <= capacity)
                {
                    _bytes += bytes.Length;
                    _chunks.Enqueue((bytes, schedule(bytes.Length)));
                    (added, _added) = (_added, null);
                    taken = Task.CompletedTask;
                }
                else
                {
                    taken = (_taken ??= NewSignal()).Task;
                }
            }

            if (taken.IsCompleted)
            {
                added?.TrySetResult(true);
                return true;
            }

            await taken.ConfigureAwait(false);
        }
    }

    /// <summary>Nothing more comes: what is on its way still arrives, then the failure, if there is one.</summary>
    internal void End(Exception? failure = null) => End(failure, drop: false);

    /// <summary>Nobody takes any more.</summary>
    internal void Drop(Exception? failure = null) => End(failure, drop: true);

    /// <summary>Waits for the next chunk, which stays until <see cref="Remove"/>.</summary>
    /// <returns>Null when none will come.</returns>
    internal async Task<(byte[] Bytes, long DueAt)?> PeekAsync()
    {
        while (true)
        {
            Task added;
            lock (_gate)
            {
                if (_chunks.Count > 0)
                {
                    return _chunks.Peek();
                }

                if (_isEnded)
                {
                    return _failure is null ? null : throw _failure;
                }

                added = (_added ??= NewSignal()).Task;
            }

            await added.ConfigureAwait(false);
        }
    }

    internal void Remove()
    {
        TaskCompletionSource<bool>? taken;
        lock (_gate)
        {
            if (_chunks.Count == 0)
            {
                return;
            }

            _bytes -= _chunks.Dequeue().Bytes.Length;
            (taken, _taken) = (_taken, null);
        }

        taken?.TrySetResult(true);
    }

    private static TaskCompletionSource<bool> NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void End(Exception? failure, bool drop)
    {
        TaskCompletionSource<bool>? taken;
        TaskCompletionSource<bool>? added;
        lock (_gate)
        {
            _isEnded = true;
            _failure ??= failure;
            if (drop)
            {
                _chunks.Clear();
                _bytes = 0;
            }

            (taken, _taken) = (_taken, null);
            (added, _added) = (_added, null);
        }

        taken?.TrySetResult(true);
        added?.TrySetResult(true);
    }
}
