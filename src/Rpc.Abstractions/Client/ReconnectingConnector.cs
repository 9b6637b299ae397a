using Microsoft.Extensions.Logging;
using Rpc.Connections;
using Rpc.Diagnostics;
using Rpc.Internal;

namespace Rpc.Client;

/// <summary>Keeps a client connected: resumes its session or makes another connection whenever the present one is lost, moves on when the server says goodbye.</summary>
/// <remarks>
/// One loop at a time makes attempts. <see cref="Check"/> starts it when there is something to do, and is called after everything that may be a reason: what
/// is to be done is seen from the state alone, so no event can be missed.
/// </remarks>
internal sealed partial class ReconnectingConnector : ClientConnector
{
    /// <summary>How much of the time for a farewell a client that is disposed spends on reaching the server at all.</summary>
    private static readonly TimeSpan s_return = TimeSpan.FromSeconds(3);

    private readonly object _gate = new();
    private readonly Uri[] _addresses;
    private readonly RpcClientOptions _options;
    private readonly RpcReconnectOptions _reconnect;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposing = new();
    private readonly OrderedEvents _events = new();
    private readonly HashSet<Connection> _leaving = [];

    // Guarded by the gate, but for the reason of the last loss.
    private Connection? _current;
    private TaskCompletionSource<bool> _changed = NewSource();
    private RpcClientStatus _status = new(RpcClientState.Connecting);
    private Task _loop = Task.CompletedTask;
    private TaskCompletionSource<bool>? _now;
    private RpcCloseInfo? _loss;
    private bool _isRunning;
    private bool _isClosing;
    private int _waiting;

    public ReconnectingConnector(Uri address, RpcClientOptions options)
        : base(options.TimeProvider)
    {
        _options = options;
        _reconnect = options.Reconnect!;
        _addresses = [address, .. _reconnect.Addresses];
        _logger = options.LoggerFactory.CreateLogger("Rpc.Client");
    }

    /// <summary>Raised after each change of the status, in order, on the pool.</summary>
    public event Action<RpcClientStatus>? StatusChanged;

    public override Connection? Current => Volatile.Read(ref _current) is { State: RpcConnectionState.Open } connection ? connection : null;

    /// <summary>The connection that was made last, open or not; null before the first.</summary>
    public Connection? Latest => Volatile.Read(ref _current);

    public override bool Retries => true;

    public RpcClientStatus Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>Makes the first connection.</summary>
    /// <exception cref="RpcConnectException">It cannot be made.</exception>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        if (_reconnect.RetryFirst)
        {
            Check();
            await WhenOpenAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var i = 0; ; i++)
        {
            try
            {
                Adopt(await ConnectAsync(_addresses[i], cancellationToken).ConfigureAwait(false));
                return;
            }
            catch (RpcConnectException e) when (i < _addresses.Length - 1 && !IsFinal(e.Reason))
            {
                _logger.ReconnectFailed(_addresses[i], i + 1, e.Message);
            }
        }
    }

    public override async ValueTask<Connection> GetAsync(CancellationToken cancellationToken)
    {
        var isWaiting = false;
        try
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    if (Current is { } current && !_isClosing)
                    {
                        return current;
                    }

                    ThrowIfClosed();
                    if (!isWaiting)
                    {
                        ThrowIfNotToWait();
                        _waiting++;
                        isWaiting = true;
                    }

                    changed = _changed.Task;
                }

                Check();
                await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (isWaiting)
            {
                lock (_gate)
                {
                    _waiting--;
                }
            }
        }
    }

    /// <summary>Waits until calls travel.</summary>
    /// <exception cref="RpcConnectException">The client has closed.</exception>
    public async ValueTask WhenOpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_status.State == RpcClientState.Open)
                {
                    return;
                }

                ThrowIfClosed();
                changed = _changed.Task;
            }

            await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the next attempt at once; a transport that seems to be alive is given up.</summary>
    public void ReconnectNow()
    {
        Connection? current;
        TaskCompletionSource<bool>? now;
        lock (_gate)
        {
            current = _current;
            now = _now;
        }

        if (now is not null)
        {
            now.TrySetResult(true);
        }
        else if (current is { State: RpcConnectionState.Open })
        {
            if (current.Session is not { } session)
            {
                current.Abort(RpcCloseReason.TransportLost, "The application asked for another connection.");
            }
            else
            {
                session.Interrupt(new Transports.TransportException(Transports.TransportError.ConnectionAborted, "The application asked for another connection."));
            }
        }
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await StopAsync().ConfigureAwait(false);
        await ReturnAsync(_options.DrainTimeout, cancellationToken).ConfigureAwait(false);
        foreach (var connection in Leaving())
        {
            await connection.CloseAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    public override void Abort()
    {
        BeginClose();
        foreach (var connection in Leaving())
        {
            connection.Abort();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        var since = TimeProvider.GetTimestamp();
        await ReturnAsync(s_return, CancellationToken.None).ConfigureAwait(false);
        var left = Connection.MaxFarewell - TimeProvider.GetElapsedTime(since);
        foreach (var connection in Leaving())
        {
            connection.Farewell = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource<bool> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        var cancelled = NewSource();
        using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), cancelled))
        {
            await Task.WhenAny(task, cancelled.Task).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Whether coming back would be against the will of a side.</summary>
    private static bool IsFinal(RpcCloseReason reason) =>
        reason is RpcCloseReason.Normal or RpcCloseReason.Kicked or RpcCloseReason.Refused or RpcCloseReason.VersionMismatch or RpcCloseReason.Aborted;

    private async ValueTask StopAsync()
    {
        BeginClose();
        Task loop;
        lock (_gate)
        {
            loop = _loop;
        }

        await loop.ConfigureAwait(false);
    }

    private void BeginClose()
    {
        lock (_gate)
        {
            if (!_isClosing)
            {
                _isClosing = true;
                SetStatus(new RpcClientStatus(RpcClientState.Closed, Reason: new RpcCloseInfo(RpcCloseReason.Normal, "The client was closed.")));
            }
        }

        _disposing.Cancel();
    }

    private List<Connection> Leaving()
    {
        lock (_gate)
        {
            return _current is null ? [.. _leaving] : [.. _leaving, _current];
        }
    }

    /// <summary>Under the gate.</summary>
    private void ThrowIfClosed()
    {
        if (_status.State == RpcClientState.Closed)
        {
            var reason = _status.Reason;
            throw new RpcConnectException(reason?.Reason ?? RpcCloseReason.Aborted, $"The client is closed: {reason?.Message}", reason?.Exception);
        }
    }

    /// <summary>Under the gate.</summary>
    private void ThrowIfNotToWait()
    {
        if (_reconnect.WhenDisconnected == RpcWhenDisconnected.Fail && _status.State == RpcClientState.Reconnecting)
        {
            throw new RpcException(RpcStatusCode.Unavailable, "There is no connection at present.") { Progress = RpcCallProgress.NotSent };
        }

        if (_waiting >= _reconnect.MaxWaitingCalls)
        {
            throw new RpcException(RpcStatusCode.ResourceExhausted, $"There is no connection, and {_waiting} calls wait for one.") { Progress = RpcCallProgress.NotSent };
        }
    }

    /// <summary>Under the gate.</summary>
    private void SetStatus(RpcClientStatus status)
    {
        _status = status;
        var changed = _changed;
        _changed = NewSource();
        _events.Raise(() =>
        {
            try
            {
                StatusChanged?.Invoke(status);
            }
            catch (Exception e)
            {
                _logger.EventFailed(e);
            }
        });
        changed.TrySetResult(true);
    }
}
