using System.Threading.Tasks.Sources;

namespace Rpc.Transport.Udp.Internal;

/// <summary>The one who waits for a message. Whoever takes the wait under the connection's gate ends it, outside the gate.</summary>
internal sealed class ReceiveWaiter : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private object? _gate;

    internal bool IsWaiting { get; private set; }

    /// <summary>Begins a wait. Under the gate.</summary>
    internal ValueTask<bool> WaitAsync(object gate, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new ValueTask<bool>(Task.FromCanceled<bool>(cancellationToken));
        }

        _gate = gate;
        _token = cancellationToken;
        IsWaiting = true;
        var result = new ValueTask<bool>(this, _source.Version);
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.Register(static state => ((ReceiveWaiter)state!).OnCancelled(), this);
        }

        return result;
    }

    /// <summary>Takes the wait, to end it. Under the gate.</summary>
    internal bool TryTake()
    {
        var wasWaiting = IsWaiting;
        IsWaiting = false;
        return wasWaiting;
    }

    /// <summary>Ends a wait that was taken. The one who waits goes on within this call.</summary>
    internal void Set(bool hasMessage, Exception? failure)
    {
        if (failure is null)
        {
            _source.SetResult(hasMessage);
        }
        else
        {
            _source.SetException(failure);
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // Waits for a cancellation that is being delivered; after that none can reach a later wait.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            _source.RunContinuationsAsynchronously = false;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnCancelled()
    {
        lock (_gate!)
        {
            if (!TryTake())
            {
                return;
            }
        }

        // Whoever cancels does not expect to receive.
        _source.RunContinuationsAsynchronously = true;
        _source.SetException(new OperationCanceledException(_token));
    }
}
