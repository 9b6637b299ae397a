namespace Rpc.Transport.Conformance.Faults;

/// <summary>Open, it lets pass; closed, it makes wait. Open at first. Thread safe.</summary>
public sealed class FaultGate
{
    private TaskCompletionSource? _closed;

    public bool IsOpen => Volatile.Read(ref _closed) is null;

    public void Close() => Interlocked.CompareExchange(ref _closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Open() => Interlocked.Exchange(ref _closed, null)?.TrySetResult();

    public Task WaitAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _closed)?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
}
