#if NET8_0_OR_GREATER
using Rpc.Transport.Tcp.Polling;
#endif
using Rpc.Transport.Udp.Protocol;
using Rpc.Transports;

namespace Rpc.Transport.Udp.Internal;

/// <content>Those who wait for the connection, and when they go on: never under the gate.</content>
internal sealed partial class UdpConnection
#if NET8_0_OR_GREATER
    : IThreadPoolWorkItem
#endif
{
    /// <summary>How long an acknowledgement waits for what the receiver sends in its turn (µs): as long as the peer expects it to.</summary>
    private const long TurnTime = RttEstimator.MaxAckDelay;

#if !NET8_0_OR_GREATER
    private static readonly WaitCallback s_onBatchEnd = static state => ((UdpConnection)state!).OnBatchEnd();
#endif

#if NET8_0_OR_GREATER
    /// <summary>For how long its turns are the pool's, as they held up a poll thread.</summary>
    internal Demotion Demotion;
#endif

    private bool _isTurnDue;

#if NET8_0_OR_GREATER
    void IThreadPoolWorkItem.Execute() => OnBatchEnd();
#endif

    /// <summary>As <see cref="OnBatchEnd"/>, on another thread.</summary>
    internal void QueueBatchEnd() =>
#if NET8_0_OR_GREATER
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
#else
        ThreadPool.UnsafeQueueUserWorkItem(s_onBatchEnd, this);
#endif

    /// <summary>All datagrams that were there have been handed over. Who waits for messages takes its turn within this call; acknowledgements travel with
    /// what it sends, or after it.</summary>
    internal void OnBatchEnd()
    {
        bool isWaiting;
        bool hasMessage;
        TransportException? failure;
        lock (_gate)
        {
            _isTurnDue = false;
            isWaiting = TryGetReceiveState(out hasMessage, out failure) && _receiveWaiter.TryTake();
            if (isWaiting && !_isDisposed && !_peer.IsClosed)
            {
                // Should the turn take long, the timer sends what is due.
                _deadlines.Schedule(this, _clock.Now + TurnTime);
            }
        }

        if (isWaiting)
        {
            _receiveWaiter.Set(hasMessage, failure is null ? null : Copy(failure));
        }

        SendAll(_clock.Now);
    }

    private static void Complete(TaskCompletionSource<bool>? waiter, TransportException? failure)
    {
        if (failure is null)
        {
            waiter?.TrySetResult(true);
        }
        else if (waiter is not null)
        {
            waiter.TrySetException(Copy(failure));

            // Observed: the one who waited may have been cancelled.
            _ = waiter.Task.Exception;
        }
    }

    // Under the gate.
    private Wakes TakeWakes()
    {
        var wakes = default(Wakes);
        if (!_isTurnDue && _receiveWaiter.IsWaiting && TryGetReceiveState(out _, out _))
        {
            _isTurnDue = wakes.Receiver = true;
        }

        if (_room is not null && (_peer.HasRoom || _peer.IsClosed))
        {
            (wakes.Room, _room) = (_room, null);
        }

        if (_end is not null && (_peer.IsEndAcknowledged || _peer.IsClosed))
        {
            (wakes.End, _end) = (_end, null);
        }

        if (_sought is not null && (!_isInterrupted || !_peer.IsSeeking || _peer.IsClosed))
        {
            (wakes.Sought, _sought) = (_sought, null);
            wakes.IsFound = !_isInterrupted;
        }

        wakes.Failure = _peer.IsClosed ? _peer.Failure ?? Cut() : null;
        wakes.IsEnded = _peer.IsEndAcknowledged;
        return wakes;
    }

    private void Wake(in Wakes wakes)
    {
        if (wakes.Receiver)
        {
            // Not within the call of one who sends, closes, or keeps time.
            QueueBatchEnd();
        }

        Complete(wakes.Room, wakes.Failure);
        Complete(wakes.End, wakes.IsEnded ? null : wakes.Failure);
        if (wakes.Failure is null)
        {
            wakes.Sought?.TrySetResult(wakes.IsFound);
        }
        else
        {
            Complete(wakes.Sought, wakes.Failure);
        }
    }

    // Who is to be woken, once the gate is left.
    private struct Wakes
    {
        internal bool Receiver;
        internal bool IsEnded;
        internal TransportException? Failure;
        internal TaskCompletionSource<bool>? Room;
        internal TaskCompletionSource<bool>? End;
        internal TaskCompletionSource<bool>? Sought;
        internal bool IsFound;
    }
}
