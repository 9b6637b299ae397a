using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <content>Draining: no new calls, and those that run may end.</content>
/// <remarks>Who sends <c>GoAway</c> goes on to accept calls until the peer has acknowledged it and nothing runs: so none that crossed it fails.</remarks>
internal sealed partial class Connection
{
    // Made by whoever asks first: an open connection that nobody closes has none.
    private TaskCompletionSource<bool>? _goAwayAcked;
    private CancellationTokenSource? _draining;
    private int _goAwaySent;
    private int _goAwayAckSent;
    private int _entering;
    private GoAwayFrame? _peerGoAway;

    public override CancellationToken Draining
    {
        get
        {
            var source = Volatile.Read(ref _draining);
            if (source is null)
            {
                source = new CancellationTokenSource();
                source = Interlocked.CompareExchange(ref _draining, source, null) ?? source;
                if (State >= RpcConnectionState.Draining)
                {
                    source.Cancel();
                }
            }

            return source.Token;
        }
    }

    /// <summary>What the peer said when it asked for no more calls, or null.</summary>
    public GoAwayFrame? PeerGoAway => Volatile.Read(ref _peerGoAway);

    public override ValueTask CloseAsync(RpcCloseReason reason = RpcCloseReason.Normal, string? message = null, CancellationToken cancellationToken = default) =>
        CloseAsync(new GoAwayFrame(reason, 0, message ?? string.Empty, string.Empty), cancellationToken);

    /// <summary>Closes in good order, with advice for a peer that wants to go on elsewhere.</summary>
    public async ValueTask CloseAsync(GoAwayFrame goAway, CancellationToken cancellationToken)
    {
        if ((SetState(RpcConnectionState.Draining) || State == RpcConnectionState.Draining) && !IsInterrupted)
        {
            if (Interlocked.Exchange(ref _goAwaySent, 1) == 0)
            {
                Sender.SendControl(goAway.Create());
            }

            using var timeout = new DeadlineToken(TimeProvider, _options.DrainTimeout, cancellationToken);
            await Task.WhenAny(WhenDrainedAsync(), _closed.Task, WhenCancelled(timeout.Token)).ConfigureAwait(false);
        }

        End(new RpcCloseInfo(goAway.Reason, goAway.Message), CloseFrame.Create(FrameType.Close, goAway.Reason, goAway.Message));
        await _closed.Task.ConfigureAwait(false);
    }

    /// <summary>Ends when the peer calls no more and nothing runs in either direction. A handler that runs may still call the peer.</summary>
    private async Task WhenDrainedAsync()
    {
        await GoAwayAcked.Task.ConfigureAwait(false);
        while (Incoming.Count > 0 || _outgoing.Count > 0)
        {
            await Incoming.WhenEmpty().ConfigureAwait(false);
            await _outgoing.WhenEmpty().ConfigureAwait(false);
        }
    }

    private void OnGoAway(GoAwayFrame goAway)
    {
        Volatile.Write(ref _peerGoAway, goAway);
        SetState(RpcConnectionState.Draining);

        if (Volatile.Read(ref _entering) == 0)
        {
            AckGoAway();
        }
    }

    /// <summary>Begins a call of a client that moves on to another connection: the peer's goodbye is not acknowledged before <see cref="Leave"/>.</summary>
    /// <returns>False when the connection takes no more calls.</returns>
    public bool TryEnter()
    {
        Interlocked.Increment(ref _entering);
        if (State == RpcConnectionState.Open)
        {
            return true;
        }

        Leave();
        return false;
    }

    /// <summary>The call's request is in the queue.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _entering) == 0 && PeerGoAway is not null)
        {
            AckGoAway();
        }
    }

    private void AckGoAway()
    {
        if (Interlocked.Exchange(ref _goAwayAckSent, 1) == 0)
        {
            Sender.SendControl(ControlFrame.Empty(FrameType.GoAwayAck));
        }
    }

    private void OnGoAwayAck()
    {
        if (Volatile.Read(ref _goAwaySent) == 0)
        {
            throw new ProtocolException("A goodbye was acknowledged that was not said.");
        }

        GoAwayAcked.TrySetResult(true);
    }

    private TaskCompletionSource<bool> GoAwayAcked
    {
        get
        {
            if (Volatile.Read(ref _goAwayAcked) is null)
            {
                Interlocked.CompareExchange(ref _goAwayAcked, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), null);
            }

            return _goAwayAcked!;
        }
    }

    /// <summary>Whether the peer may still call.</summary>
    private bool AcceptsCalls => State switch
    {
        RpcConnectionState.Open => true,
        RpcConnectionState.Draining => !IsEnding,
        _ => false,
    };

    private void ThrowIfNotOpen(RpcMethodDescriptor method)
    {
        if (Volatile.Read(ref _state) == (int)RpcConnectionState.Open
            || (State == RpcConnectionState.Draining && !IsEnding && PeerGoAway is null && Incoming.Count > 0))
        {
            return;
        }

        throw _closeInfo is { } info
            ? RpcException.Closed(info, $"{method} was not sent: the connection has ended: {info.Reason}, {info.Message}").Copy(RpcCallProgress.NotSent)
            : new RpcException(RpcStatusCode.Unavailable, $"{method} was not sent: the connection is closing") { Progress = RpcCallProgress.NotSent };
    }

    private void CancelDraining()
    {
        if (Volatile.Read(ref _draining) is { } source)
        {
            // On the pool: the token calls user code.
            _ = Task.Run(() =>
            {
                try
                {
                    source.Cancel();
                }
                catch (AggregateException e)
                {
                    Logger.EventFailed(e);
                }
            });
        }
    }
}
