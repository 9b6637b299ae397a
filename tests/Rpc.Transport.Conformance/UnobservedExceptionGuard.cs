using System.Collections.Concurrent;

namespace Rpc.Transport.Conformance;

/// <summary>Fails a class of tests if a task of theirs failed and nobody looked.</summary>
public sealed class UnobservedExceptionGuard : IDisposable
{
    private readonly ConcurrentQueue<Exception> _exceptions = new();

    public UnobservedExceptionGuard()
    {
        // What others have left behind is not this class's.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException += OnUnobserved;
    }

    public void Dispose()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        if (!_exceptions.IsEmpty)
        {
            // The runner shows the message alone.
            throw new InvalidOperationException($"{_exceptions.Count} tasks failed and nobody looked: {_exceptions.First()}");
        }
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args) => _exceptions.Enqueue(args.Exception);
}
