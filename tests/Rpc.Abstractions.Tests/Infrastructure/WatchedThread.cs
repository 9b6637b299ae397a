using System.Collections.Concurrent;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>A thread whose batches a monitor of the test's own looks after. What it was given is done in turn before it ends.</summary>
internal sealed class WatchedThread : IDisposable
{
    private readonly BlockingCollection<Action> _jobs = [];
    private readonly TaskCompletionSource<DrainWorker> _worker = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    public WatchedThread(StallMonitor monitor)
    {
        _thread = new Thread(() =>
        {
            _worker.SetResult(DrainWorker.Create(monitor));
            foreach (var job in _jobs.GetConsumingEnumerable())
            {
                job();
            }
        })
        { IsBackground = true };
        _thread.Start();
        Worker = _worker.Task.Patiently().GetAwaiter().GetResult();
    }

    public DrainWorker Worker { get; }

    /// <summary>Runs a batch.</summary>
    /// <returns>Its end.</returns>
    public Task Run(Drain drain) => Run(drain.Run);

    public Task Run(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _jobs.Add(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        Assert.True(_thread.Join(Patience.Limit));
        _jobs.Dispose();
    }
}
