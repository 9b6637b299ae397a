using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Connections;

/// <content>Open, draining, closed.</content>
internal sealed partial class Connection
{
    /// <summary>How long the farewell may take: the last bytes out, and the peer's end of the stream in.</summary>
    public static readonly TimeSpan MaxFarewell = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<RpcCloseInfo> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _readEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A bit for each state that was reached and not yet told of; each is reached once at most, and the lower ones first.
    private int _stateChanges;
    private int _state = (int)RpcConnectionState.Handshaking;
    private int _raising;
    private RpcCloseInfo? _closeInfo;
    private TaskCompletionSource<TimeSpan>? _ping;
    private long _pingSent;
    private long _roundTrip;

    public override event Action<RpcConnection, RpcConnectionState>? StateChanged;

    public override RpcConnectionState State => (RpcConnectionState)Volatile.Read(ref _state);

    public override Task<RpcCloseInfo> Closed => _closed.Task;

    /// <summary>How long the farewell may take. Set before the end begins.</summary>
    public TimeSpan Farewell { get; set; } = MaxFarewell;

    /// <summary>Whether the end has begun: what still runs is cancelled.</summary>
    public bool IsEnding => Volatile.Read(ref _closeInfo) is not null;

    /// <summary>How it ended, as soon as the end has begun; null before.</summary>
    public RpcCloseInfo? CloseInfo => Volatile.Read(ref _closeInfo);

    public override TimeSpan? RoundTripTime => Volatile.Read(ref _roundTrip) is var ticks && ticks > 0 ? new TimeSpan(ticks) : null;

    // While nobody is there to read, nobody reads too slowly.
    (long Completed, bool Pending) IKeepAliveTarget.SendProgress => _isMessage && IsInterrupted ? (Sender.Progress.Completed, false) : Sender.Progress;

    /// <summary>Opens the connection: calls can be made, <paramref name="opened"/> is told, then the peer's first call is read.</summary>
    public void Open(Action<Connection>? opened = null)
    {
        _connectedAt = TimeProvider.GetUtcNow();
        SetState(RpcConnectionState.Open);
        RpcDiagnostics.Connections.Add(1);
        Logger.ConnectionOpen(Id, Scheme, RemoteEndPoint);
        _keepAlive.Start();
        StartCredentials();
        opened?.Invoke(this);
        _reader.Start();
    }

    public override void Abort(RpcCloseReason reason = RpcCloseReason.Aborted, string? message = null) =>
        End(new RpcCloseInfo(reason, message ?? "The connection was cut by this side."), null, abort: true);

    public override async ValueTask DisposeAsync()
    {
        End(new RpcCloseInfo(RpcCloseReason.Normal, string.Empty), CloseFrame.Create(FrameType.Close, RpcCloseReason.Normal, string.Empty));
        await _closed.Task.ConfigureAwait(false);
    }

    public override async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        var ping = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        var current = Interlocked.CompareExchange(ref _ping, ping, null);
        if (current is null)
        {
            current = ping;
            ((IKeepAliveTarget)this).SendPing();
            if (State == RpcConnectionState.Closed)
            {
                FailPing();
            }
        }

        var cancelled = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (cancellationToken.RegisterUnsafe(static state => ((TaskCompletionSource<TimeSpan>)state!).TrySetCanceled(), cancelled))
        {
            var first = await Task.WhenAny(current.Task, cancelled.Task).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return await first.ConfigureAwait(false);
        }
    }

    public void OnEnd(Exception? exception)
    {
        _readEnded.TrySetResult(true);
        switch (exception)
        {
            case ProtocolException protocol:
                End(
                    new RpcCloseInfo(protocol.Reason, protocol.Message, Exception: protocol),
                    CloseFrame.Create(FrameType.Close, protocol.Reason, protocol.Message));
                break;
            case null:
            case TransportException:
            case IOException:
            case OperationCanceledException:
                End(new RpcCloseInfo(RpcCloseReason.TransportLost, exception?.Message ?? "The peer ended the stream without a goodbye.", Exception: exception), null, abort: true);
                break;
            default:
                OnWorkFailed(exception);
                break;
        }
    }

    void IKeepAliveTarget.SendPing()
    {
        if (IsInterrupted)
        {
            // It would stay in the queue, and say nothing of the round trip.
            return;
        }

        Volatile.Write(ref _pingSent, TimeProvider.GetTimestamp());
        Sender.SendControl(PingFrame.Create(FrameType.Ping, _pingSent));
    }

    void IKeepAliveTarget.OnDead(RpcCloseReason reason, string message)
    {
        // A transport that is dead may be followed by another; a peer that is there and does not read is not waited for.
        if (_session is not null && reason == RpcCloseReason.KeepAliveTimeout && !IsEnding)
        {
            _session.Interrupt(new TransportException(TransportError.TimedOut, message));
            return;
        }

        End(new RpcCloseInfo(reason, message), null, abort: true);
    }

    void IKeepAliveTarget.OnTick()
    {
        Drain.Trim();
        _session?.Tick();
    }

    private static Task<bool> WhenCancelled(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        token.RegisterUnsafe(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled);
        return cancelled.Task;
    }

    private void OnWorkFailed(Exception exception)
    {
        Logger.InternalError(Id, exception);
        End(new RpcCloseInfo(RpcCloseReason.InternalError, "An error inside the framework.", Exception: exception), null, abort: true);
    }

    private void OnPong(long value)
    {
        if (value != Volatile.Read(ref _pingSent))
        {
            return;
        }

        var roundTrip = TimeProvider.GetElapsedTime(value, TimeProvider.GetTimestamp());
        Volatile.Write(ref _roundTrip, Math.Max(1, roundTrip.Ticks));
        Interlocked.Exchange(ref _ping, null)?.TrySetResult(roundTrip);
    }

    private void OnPeerClose(RpcCloseInfo info) => End(info, null);

    private void OnSendFailed(Exception exception)
    {
        var info = exception is ProtocolException protocol
            ? new RpcCloseInfo(protocol.Reason, protocol.Message, Exception: exception)
            : new RpcCloseInfo(RpcCloseReason.TransportLost, exception.Message, Exception: exception);
        End(info, null, abort: true);
    }

    /// <summary>Ends the connection, once; the first reason stays.</summary>
    /// <param name="info">The reason.</param>
    /// <param name="farewell">The last frame, or null.</param>
    /// <param name="abort">Whether the transport is cut at once.</param>
    /// <returns>False when it had begun to end before.</returns>
    private bool End(RpcCloseInfo info, OutgoingFrame? farewell, bool abort = false)
    {
        if (Interlocked.CompareExchange(ref _closeInfo, info, null) is not null)
        {
            farewell?.Buffer.Return();
            return false;
        }

        _session?.Close();
        if (abort)
        {
            _transport.Abort();
        }

        _ = Task.Run(() => EndAsync(info, farewell, abort));
        return true;
    }

    /// <summary>The one owner of the end; runs on the pool, as it calls user code.</summary>
    private async Task EndAsync(RpcCloseInfo info, OutgoingFrame? farewell, bool abort)
    {
        var wasOpen = State >= RpcConnectionState.Open;
        var completed = Task.CompletedTask;
        SetState(RpcConnectionState.Draining);
        try
        {
            var lost = RpcException.Closed(info, $"The connection ended before the call: {info.Reason}, {info.Message}");
            _keepAlive.Dispose();
            EndCredentials(info);
            _outgoing.FailAll(lost, abort ? Sender.UnsentCalls() : null);
            if (!abort)
            {
                // Before the handlers are cancelled: the peer's calls fail with what the farewell says, not with what a cancelled handler made of it.
                completed = Sender.CompleteAsync(farewell).AsTask();
            }

            Incoming.CancelAll(lost);
            OneWays.CancelAll();
            FailPing();
            if (!abort)
            {
                await FarewellAsync(completed).ConfigureAwait(false);
            }

            Sender.Fail(lost);
        }
        catch (Exception e)
        {
            Logger.InternalError(Id, e);
        }

        try
        {
            // The transport is freed after its last operation: what is under way ends first, if need be by a cut.
            if (!_readEnded.Task.IsCompleted || !completed.IsCompleted)
            {
                _transport.Abort();
            }

            await Task.WhenAll(_readEnded.Task, Sender.WhenIdle(), Quietly(completed)).ConfigureAwait(false);
            await _transport.DisposeAsync().ConfigureAwait(false);
            _reassembler.Dispose();
            _permits?.Dispose();

            // What arrived before the end is served: a service that is made by its first call is not refused to it.
            await Drain.WhenStarted().ConfigureAwait(false);
            await Services.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Logger.InternalError(Id, e);
        }

        if (wasOpen)
        {
            RpcDiagnostics.Connections.Add(-1);
        }

        if (info.Reason is RpcCloseReason.Normal or RpcCloseReason.ShuttingDown or RpcCloseReason.Aborted or RpcCloseReason.TransportLost)
        {
            Logger.ConnectionClosed(Id, info.Reason, info.Message, info.Exception);
        }
        else
        {
            Logger.ConnectionEnded(Id, RemoteEndPoint, info.Reason, info.Message, info.Exception);
        }

        SetState(RpcConnectionState.Closed);
        _closed.TrySetResult(info);
    }

    /// <summary>Waits until the last frame was sent, and then until the peer has done the same, for a while.</summary>
    private async Task FarewellAsync(Task sent)
    {
        using var timeout = new DeadlineToken(TimeProvider, Farewell, default);
        var late = WhenCancelled(timeout.Token);
        if (await Task.WhenAny(sent, late).ConfigureAwait(false) == sent && !sent.IsFaulted)
        {
            await Task.WhenAny(_readEnded.Task, late).ConfigureAwait(false);
        }
    }

    /// <summary>Ends with the farewell: that the transport broke while it was said is no news.</summary>
    private async Task Quietly(Task farewell)
    {
        try
        {
            await farewell.ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or TransportException or IOException or OperationCanceledException)
        {
            // The reason of the end is known.
        }
        catch (Exception e)
        {
            // The transport is freed all the same.
            Logger.InternalError(Id, e);
        }
    }

    private void FailPing()
    {
        if (Interlocked.Exchange(ref _ping, null) is { } ping)
        {
            ping.TrySetException(new RpcException(RpcStatusCode.Unavailable, "The connection ended before the peer answered."));

            // Observed: the one who waited may have given up.
            _ = ping.Task.Exception;
        }
    }

    /// <summary>Moves forward; false when that is no step forward.</summary>
    private bool SetState(RpcConnectionState state)
    {
        while (true)
        {
            var current = Volatile.Read(ref _state);
            if (current >= (int)state)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _state, (int)state, current) == current)
            {
                break;
            }
        }

        if (state == RpcConnectionState.Draining)
        {
            CancelDraining();
        }

        if (StateChanged is not null)
        {
            Interlocked.Add(ref _stateChanges, 1 << (int)state);
            if (Interlocked.Exchange(ref _raising, 1) == 0)
            {
                _ = Task.Run(RaiseStateChanges);
            }
        }

        return true;
    }

    /// <summary>Raises the events in order, by one thread at a time.</summary>
    private void RaiseStateChanges()
    {
        do
        {
            for (var state = RpcConnectionState.Connecting; state <= RpcConnectionState.Closed; state++)
            {
                var bit = 1 << (int)state;
                if ((Volatile.Read(ref _stateChanges) & bit) == 0)
                {
                    continue;
                }

                Interlocked.Add(ref _stateChanges, -bit);
                try
                {
                    StateChanged?.Invoke(this, state);
                }
                catch (Exception e)
                {
                    Logger.EventFailed(e);
                }
            }

            Volatile.Write(ref _raising, 0);
        }
        while (Volatile.Read(ref _stateChanges) != 0 && Interlocked.Exchange(ref _raising, 1) == 0);
    }
}
