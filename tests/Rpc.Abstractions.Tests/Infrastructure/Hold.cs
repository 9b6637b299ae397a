using System.Diagnostics;
using Rpc.Connections;
using Xunit;

namespace Rpc.Abstractions.Tests.Infrastructure;

/// <summary>Where an item's thread stays until a test lets it go: waiting in the kernel, or computing. It takes no lock on its way there, which would look as if
/// it were blocked before.</summary>
internal sealed class Hold : IDisposable
{
    private readonly ManualResetEvent _open = new(false);
    private volatile bool _isOpen;
    private volatile bool _entered;

    /// <summary>Waits.</summary>
    public void Block()
    {
        _entered = true;
        Assert.True(_open.WaitOne(Patience.Limit));
    }

    /// <summary>Computes.</summary>
    public void Spin()
    {
        _entered = true;
        while (!_isOpen)
        {
        }
    }

    /// <summary>Lets everybody go.</summary>
    public void Open()
    {
        _isOpen = true;
        _open.Set();
    }

    /// <summary>Returns when a thread has come to <see cref="Spin"/>.</summary>
    public void Entered() => Until(() => _entered);

    /// <summary>Returns when a thread waits in <see cref="Block"/>.</summary>
    public void Entered(DrainWorker worker) => Until(() => _entered && worker.IsBlocked);

    public void Dispose()
    {
        Open();
        _open.Dispose();
    }

    private static void Until(Func<bool> condition)
    {
        for (var start = Stopwatch.GetTimestamp(); !condition(); Thread.Yield())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience.Limit, "Nobody came.");
        }
    }
}
