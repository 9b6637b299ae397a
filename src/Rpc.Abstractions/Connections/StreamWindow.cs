namespace Rpc.Connections;

/// <summary>How much the sender of a stream may still send: the other side's grants less what was sent.</summary>
/// <remarks>A sender may send while the window is open, whole frames, so that the last one may exceed it: an item larger than the window gets through.</remarks>
internal sealed class StreamWindow
{
    private readonly Lock _gate = new();
    private long _credit;
    private TaskCompletionSource<bool>? _waiter;
    private bool _stopped;
    private uint _position;

    public StreamWindow(int initial) => _credit = initial;

    /// <summary>The reader wants no more, or the call is over.</summary>
    public bool IsStopped => Volatile.Read(ref _stopped);

    /// <summary>Bytes that may be sent now; 0 or less when the window is closed.</summary>
    public long Credit => Volatile.Read(ref _credit);

    /// <summary>Takes a frame off the window if it is open.</summary>
    public bool TryTake(int bytes) => TryTake(bytes, out _, out _);

    /// <summary>Takes a frame off the window if it is open.</summary>
    /// <param name="bytes">The items of the frame.</param>
    /// <param name="position">Bytes taken before, modulo 2^32.</param>
    /// <param name="isLast">Whether the window is closed now.</param>
    public bool TryTake(int bytes, out uint position, out bool isLast)
    {
        lock (_gate)
        {
            position = _position;
            isLast = false;
            if (_credit <= 0 || _stopped)
            {
                return false;
            }

            _credit -= bytes;
            _position = unchecked(_position + (uint)bytes);
            isLast = _credit <= 0;
            return true;
        }
    }

    /// <summary>Adds a grant of the reader's.</summary>
    public void Grant(int bytes)
    {
        TaskCompletionSource<bool>? waiter = null;
        lock (_gate)
        {
            _credit += bytes;
            if (_credit > 0)
            {
                (waiter, _waiter) = (_waiter, null);
            }
        }

        waiter?.TrySetResult(true);
    }

    /// <summary>Ends all waiting.</summary>
    public void Stop()
    {
        TaskCompletionSource<bool>? waiter;
        lock (_gate)
        {
            Volatile.Write(ref _stopped, true);
            (waiter, _waiter) = (_waiter, null);
        }

        waiter?.TrySetResult(false);
    }

    /// <summary>Waits until the window is open; false when the stream was stopped. One waiter at a time.</summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return new ValueTask<bool>(false);
            }

            if (_credit > 0)
            {
                return new ValueTask<bool>(true);
            }

            _waiter = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<bool>(_waiter.Task);
        }
    }
}
