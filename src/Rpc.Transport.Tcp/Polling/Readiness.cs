using System.Threading.Tasks.Sources;

namespace Rpc.Transport.Tcp.Polling;

/// <summary>Whether one direction of a socket may be ready, and who waits until it is. One waits at a time; the rest is thread safe.</summary>
/// <param name="isReady">Whether the first try is due before anything was reported.</param>
internal sealed class Readiness(bool isReady) : IValueTaskSource<int>, IThreadPoolWorkItem
{
    private const int Unready = 0;
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Closed = 3;

    private ManualResetValueTaskSourceCore<int> _source;
    private int _state = isReady ? Ready : Unready;

    /// <summary>Whether a try may succeed. What arrives after this call makes the next one true.</summary>
    internal bool TryTake()
    {
        var state = Volatile.Read(ref _state);
        if (state == Ready)
        {
            Interlocked.CompareExchange(ref _state, Unready, Ready);
        }

        return state is Ready or Closed;
    }

    /// <summary>Says that the next try may succeed too.</summary>
    internal void PutBack() => Interlocked.CompareExchange(ref _state, Ready, Unready);

    /// <summary>Waits until a try may succeed.</summary>
    /// <returns>Always 0.</returns>
    internal ValueTask<int> WaitAsync() =>
        Interlocked.CompareExchange(ref _state, Waiting, Unready) == Unready ? new ValueTask<int>(this, _source.Version) : default;

    /// <summary>The system reports a change.</summary>
    /// <returns>True when somebody waits: <see cref="Run"/> is due.</returns>
    internal bool Set()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Ready or Closed)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, Ready, state) == state)
            {
                return state == Waiting;
            }
        }
    }

    /// <summary>Runs whoever waited.</summary>
    internal void Run(bool onPool)
    {
        if (onPool)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            _source.SetResult(0);
        }
    }

    /// <summary>Nothing will be reported any more: every try is due, and fails. Whoever waits is run on the pool.</summary>
    internal void Close()
    {
        if (Interlocked.Exchange(ref _state, Closed) == Waiting)
        {
            Run(onPool: true);
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult(0);

    int IValueTaskSource<int>.GetResult(short token)
    {
        var result = _source.GetResult(token);
        _source.Reset();
        return result;
    }

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
