using System.Security.Cryptography;
using Rpc.Connections;
using Rpc.Diagnostics;
using Rpc.Protocol;
using Rpc.Transports;

namespace Rpc.Client;

/// <content>The loop that makes attempts.</content>
internal sealed partial class ReconnectingConnector
{
    private int _address;
    private ulong _resumeAttempt;

    /// <summary>Starts the loop if there is something to do and it does not run.</summary>
    private void Check()
    {
        lock (_gate)
        {
            if (_isRunning || _isClosing || _status.State == RpcClientState.Closed || !IsLost(_current))
            {
                return;
            }

            _isRunning = true;
            _loop = Task.Run(RunAsync);
        }
    }

    /// <summary>Whether another connection is needed.</summary>
    private static bool IsLost(Connection? connection) =>
        connection is null || connection.IsEnding || connection.IsInterrupted || (connection.PeerGoAway is { } goAway && !IsFinal(goAway.Reason));

    private async Task RunAsync()
    {
        try
        {
            await ReconnectAsync().ConfigureAwait(false);
        }
        catch (Exception) when (_disposing.IsCancellationRequested)
        {
            // Closed; an attempt that fails is no news.
        }
        catch (Exception e)
        {
            _logger.InternalError(0, e);
            Close(new RpcCloseInfo(RpcCloseReason.InternalError, "An error inside the framework.", Exception: e));
        }
        finally
        {
            lock (_gate)
            {
                _isRunning = false;
            }

            // What was lost meanwhile found the loop running.
            Check();
        }
    }

    private async Task ReconnectAsync()
    {
        var since = TimeProvider.GetTimestamp();
        RpcCloseInfo? reason = null;
        Uri? redirected = null;
        for (var attempt = 1; ; attempt++)
        {
            var connection = Latest;
            var delay = _reconnect.DelayOf(attempt);
            reason ??= connection?.CloseInfo ?? (connection is { IsInterrupted: true } ? Volatile.Read(ref _loss) : null);
            if (connection?.CloseInfo is { } end && IsFinal(end.Reason))
            {
                Close(end);
                return;
            }

            if (connection?.PeerGoAway is { } goAway)
            {
                reason ??= new RpcCloseInfo(goAway.Reason, goAway.Message, ByPeer: true);
                delay = attempt == 1 ? TimeSpan.FromMilliseconds(goAway.RetryAfterMilliseconds) : delay;
                redirected ??= Redirection(goAway);
            }

            if (attempt > _reconnect.MaxAttempts)
            {
                Close(reason ?? new RpcCloseInfo(RpcCloseReason.TransportLost, "The server could not be reached."));
                return;
            }

            lock (_gate)
            {
                SetStatus(new RpcClientStatus(connection is null ? RpcClientState.Connecting : RpcClientState.Reconnecting, attempt, delay, reason));
            }

            await DelayAsync(delay).ConfigureAwait(false);
            if (!IsLost(connection))
            {
                // The transport has found its peer by itself.
                Resumed();
                return;
            }

            var address = redirected is not null && attempt == 1 ? redirected : _addresses[_address++ % _addresses.Length];
            try
            {
                if (connection?.Session is { } session && IsAlive(connection, session))
                {
                    if (await TryResumeAsync(session, address, attempt, _disposing.Token).ConfigureAwait(false))
                    {
                        Resumed();
                        return;
                    }

                    connection.LoseSession("The server no longer knows the session.");
                }

                Adopt(await ConnectAsync(address, _disposing.Token).ConfigureAwait(false));
                return;
            }
            catch (RpcConnectException e) when (IsFinal(e.Reason))
            {
                Close(new RpcCloseInfo(e.Reason, e.Message, Exception: e));
                return;
            }
            catch (Exception e) when (!_disposing.IsCancellationRequested)
            {
                _logger.ReconnectFailed(address, attempt, e.Message);
                reason = new RpcCloseInfo((e as RpcConnectException)?.Reason ?? RpcCloseReason.TransportLost, e.Message, Exception: e);
            }

            if (connection?.Session is { } kept && IsAlive(connection, kept) && TimeProvider.GetElapsedTime(since) >= kept.Grant.GracePeriod)
            {
                connection.LoseSession($"The session could not be resumed within {kept.Grant.GracePeriod.TotalSeconds:0.###} s: {reason.Message}", reason.Exception);
            }
        }
    }

    /// <summary>Tries once to reach the server with a session that nothing carries, so that it can be closed there as well: else the server would wait for it. After the
    /// loop has ended.</summary>
    private async ValueTask ReturnAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Latest is not { Session: { } session } connection || !IsAlive(connection, session))
        {
            return;
        }

        var address = _addresses[_address % _addresses.Length];
        try
        {
            using var timeout = new DeadlineToken(TimeProvider, limit, cancellationToken);
            await TryResumeAsync(session, address, attempt: 1, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The session waits there for its time.
            _logger.ReconnectFailed(address, 1, e.Message);
        }
    }

    private static bool IsAlive(Connection connection, ISession session) => !connection.IsEnding && session.IsInterrupted;

    /// <summary>Another address that the server names, if this client knows the transport.</summary>
    private Uri? Redirection(GoAwayFrame goAway)
    {
        try
        {
            if (goAway.Address.Length > 0 && Uri.TryCreate(goAway.Address, UriKind.Absolute, out var address))
            {
                _options.TransportOf(address);
                return address;
            }
        }
        catch (ArgumentException e)
        {
            _logger.ReconnectFailed(_addresses[0], 0, e.Message);
        }

        return null;
    }

    private async ValueTask<Connection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var connection = await RpcClient.ConnectAsync(address, _options, linked.Token, OnSessionChanged).ConfigureAwait(false);
        if (_reconnect.Connected is { } connected)
        {
            try
            {
                await connected(connection, linked.Token).ConfigureAwait(false);
            }
            catch
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        return connection;
    }

    private ValueTask<bool> TryResumeAsync(ISession session, Uri address, int attempt, CancellationToken cancellationToken) =>
        session is SessionTransport stream ? TryMoveAsync(stream, address, cancellationToken) : TryReachAsync((MessageSession)session, address, attempt, cancellationToken);

    /// <summary>Takes the session to another connection.</summary>
    /// <returns>False when the server does not know it any more.</returns>
    private async ValueTask<bool> TryMoveAsync(SessionTransport session, Uri address, CancellationToken cancellationToken)
    {
        if (!session.TryDetach(out var received, out var epoch))
        {
            return false;
        }

        using var timeout = new DeadlineToken(TimeProvider, _options.ConnectTimeout, cancellationToken);
        var connected = await _options.TransportOf(address).ConnectAsync(address, timeout.Token).ConfigureAwait(false);
        try
        {
            if (connected is not StreamTransportConnection stream)
            {
                throw new RpcConnectException(RpcCloseReason.SessionLost, $"{address} carries no stream of bytes, which the session needs.");
            }

            var attempt = ++_resumeAttempt;
            var resume = new ResumeFrame(session.Grant.Id, attempt, (ulong)received, SessionProof.OfClient(session.Grant, attempt, (ulong)received));
            var resumed = await new StreamHandshake(stream, _options.Limits).ResumeAsync(resume, timeout.Token).ConfigureAwait(false);
            if (!CryptographicOperations.FixedTimeEquals(SessionProof.OfServer(session.Grant, attempt, resumed.Received), resumed.Proof))
            {
                throw new ProtocolException("Who answers is not the server of the session.");
            }

            if (session.TryAttach(stream, resumed.Received, epoch))
            {
                return true;
            }

            await connected.DisposeAsync().ConfigureAwait(false);
            return false;
        }
        catch (RpcConnectException e) when (e.Reason == RpcCloseReason.SessionLost && connected is StreamTransportConnection)
        {
            await connected.DisposeAsync().ConfigureAwait(false);
            return false;
        }
        catch
        {
            await connected.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes a connection the current one.</summary>
    private void Adopt(Connection connection)
    {
        _resumeAttempt = 0;
        bool isClosing;
        lock (_gate)
        {
            isClosing = _isClosing;
            if (!isClosing)
            {
                if (_current is { } old && !old.Closed.IsCompleted)
                {
                    _leaving.Add(old);
                }

                Volatile.Write(ref _current, connection);
                SetStatus(new RpcClientStatus(RpcClientState.Open));
            }
        }

        if (isClosing)
        {
            connection.Abort();
            return;
        }

        connection.StateChanged += (_, _) => Check();
        _ = ForgetWhenClosedAsync(connection);
        Check();
    }

    private async Task ForgetWhenClosedAsync(Connection connection)
    {
        await connection.Closed.ConfigureAwait(false);
        lock (_gate)
        {
            _leaving.Remove(connection);
        }

        Check();
    }

    private void Resumed()
    {
        lock (_gate)
        {
            if (!_isClosing)
            {
                SetStatus(new RpcClientStatus(RpcClientState.Open));
            }
        }
    }

    private void OnSessionChanged(ISession session, Exception? loss)
    {
        if (loss is null)
        {
            // The transport has found its peer by itself: the attempt that waits is not needed.
            Wake();
        }
        else
        {
            Volatile.Write(ref _loss, new RpcCloseInfo(RpcCloseReason.TransportLost, loss.Message, Exception: loss));
        }

        Check();
    }

    private void Wake()
    {
        TaskCompletionSource<bool>? now;
        lock (_gate)
        {
            now = _now;
        }

        now?.TrySetResult(true);
    }

    private void Close(RpcCloseInfo reason)
    {
        lock (_gate)
        {
            if (_status.State != RpcClientState.Closed)
            {
                SetStatus(new RpcClientStatus(RpcClientState.Closed, Reason: reason));
            }
        }

        // What waits in the session waits for nothing now.
        if (Latest is { IsInterrupted: true } waiting)
        {
            waiting.LoseSession($"The client gave up: {reason.Message}", reason.Exception);
        }
    }

    private async Task DelayAsync(TimeSpan delay)
    {
        var now = NewSource();
        lock (_gate)
        {
            _now = now;
        }

        try
        {
            using var timer = TimeProvider.CreateTimer(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), now, delay, Timeout.InfiniteTimeSpan);
            await WaitAsync(now.Task, _disposing.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _now = null;
            }
        }
    }
}
