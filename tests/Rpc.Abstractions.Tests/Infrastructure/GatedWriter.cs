using System.Buffers;
using System.IO.Pipelines;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>A transport whose writes end when a test says so. Open at first.</summary>
internal sealed class GatedWriter : PipeWriter
{
    private readonly object _gate = new();
    private readonly List<byte[]> _writes = [];
    private readonly HashSet<int> _threads = [];
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _closed;
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the writer is completed.</summary>
    public Task Completed => _completed.Task;

    /// <summary>Every write that began, in order.</summary>
    public IReadOnlyList<byte[]> Writes
    {
        get
        {
            lock (_gate)
            {
                return [.. _writes];
            }
        }
    }

    /// <summary>Whether a write began on the calling thread.</summary>
    public bool HasWrittenHere
    {
        get
        {
            lock (_gate)
            {
                return _threads.Contains(Environment.CurrentManagedThreadId);
            }
        }
    }

    public byte[] Bytes => [.. Writes.SelectMany(static write => write)];

    /// <summary>Writes that begin from now on wait.</summary>
    public void Close() => _closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var closed = _closed;
        _closed = null;
        closed?.SetResult();
    }

    /// <summary>Ends the writes that wait with an error.</summary>
    public void Break(Exception exception) => _closed!.SetException(exception);

    /// <summary>Waits until so many bytes were taken.</summary>
    public async Task WhenWrittenAsync(int bytes)
    {
        while (true)
        {
            Task written;
            lock (_gate)
            {
                if (_writes.Sum(static write => write.Length) >= bytes)
                {
                    return;
                }

                written = _written.Task;
            }

            await written.Patiently();
        }
    }

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            _threads.Add(Environment.CurrentManagedThreadId);
            _writes.Add(source.ToArray());
            _written.SetResult();
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (_closed is { } closed)
        {
            await closed.Task;
        }

        return default;
    }

    public override void Advance(int bytes) => throw new NotSupportedException();

    public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();

    public override void CancelPendingFlush() => throw new NotSupportedException();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override void Complete(Exception? exception = null) => _completed.TrySetResult();
}
