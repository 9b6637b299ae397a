using Rpc.Diagnostics;
using Rpc.Protocol;

namespace Rpc.Connections;

/// <summary>A client's own credentials on one connection: shows new ones to the server before the old ones expire, and when asked to.</summary>
internal sealed class OwnCredentials : IDisposable
{
    /// <summary>The least wait after a refresh that failed.</summary>
    private static readonly TimeSpan s_leastRetry = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Connection _connection;
    private readonly Func<CancellationToken, ValueTask<RpcCredentials?>> _provider;
    private readonly Action _check;
    private readonly TimeSpan _margin;
    private readonly CredentialClock _clock;
    private readonly CancellationTokenSource _ended = new();
    private TaskCompletionSource<bool>? _answer;
    private Task<bool>? _refresh;
    private RpcException? _end;
    private DateTimeOffset? _expires;

    /// <param name="connection">The connection.</param>
    /// <param name="provider">Gives the credentials.</param>
    /// <param name="check">Throws where they would travel in the clear.</param>
    /// <param name="margin">How long before they expire they are refreshed.</param>
    /// <param name="left">For how many milliseconds the server said that they are good; 0 for no end.</param>
    public OwnCredentials(Connection connection, Func<CancellationToken, ValueTask<RpcCredentials?>> provider, Action check, TimeSpan margin, int left)
    {
        _connection = connection;
        _provider = provider;
        _check = check;
        _margin = margin;
        _clock = new CredentialClock(connection.TimeProvider, OnDue);
        _expires = At(left);
    }

    /// <summary>When they expire, or null.</summary>
    public DateTimeOffset? Expires
    {
        get
        {
            lock (_gate)
            {
                return _expires;
            }
        }
    }

    public void Start() => _clock.Set(Expires is { } at ? NextOf(at) : null);

    /// <summary>Refreshes them now; who calls while it runs waits for the same.</summary>
    public ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        Task<bool> refresh;
        lock (_gate)
        {
            refresh = _refresh is { IsCompleted: false } ? _refresh : _refresh = Task.Run(RunAsync, CancellationToken.None);
        }

        return new ValueTask(refresh.OrAbandonAsync(cancellationToken));
    }

    /// <summary>The server has answered; false when nothing was asked. On the reader's thread.</summary>
    public bool OnRefreshed(bool accepted, int left)
    {
        TaskCompletionSource<bool>? answer;
        lock (_gate)
        {
            (answer, _answer) = (_answer, null);
            if (answer is null)
            {
                return false;
            }

            if (accepted)
            {
                _expires = At(left);
            }
        }

        answer.TrySetResult(accepted);
        return true;
    }

    /// <summary>The connection has ended.</summary>
    public void End(RpcCloseInfo info)
    {
        var refused = info is { ByPeer: true, Reason: RpcCloseReason.Refused or RpcCloseReason.CredentialsExpired };
        var end = new RpcException(
            refused ? RpcStatusCode.Unauthenticated : RpcStatusCode.Unavailable,
            refused ? "The server refused the credentials and ended the connection." : $"The connection ended before the credentials were refreshed: {info.Reason}.");
        TaskCompletionSource<bool>? answer;
        lock (_gate)
        {
            _end = end;
            (answer, _answer) = (_answer, null);
        }

        answer?.TrySetException(end);
        Dispose();
    }

    public void Dispose()
    {
        _clock.Dispose();
        _ended.Cancel();
    }

    private async Task<bool> RunAsync()
    {
        RpcCredentials credentials;
        try
        {
            credentials = await _provider(_ended.Token).ConfigureAwait(false) ?? throw new InvalidOperationException("The provider gave no credentials.");
        }
        catch (Exception) when (_ended.IsCancellationRequested)
        {
            throw _end!;
        }

        _check();
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_end is not null)
            {
                throw _end;
            }

            _answer = answer;
        }

        _connection.Sender.SendControl(RefreshFrame.Create(credentials));
        if (!await answer.Task.ConfigureAwait(false))
        {
            throw new RpcException(RpcStatusCode.Unavailable, "The server could not check the credentials now; the old ones still count.");
        }

        Start();
        return true;
    }

    private void OnDue() => _ = Task.Run(RefreshWhenDueAsync);

    private async Task RefreshWhenDueAsync()
    {
        try
        {
            await RefreshAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            if (_ended.IsCancellationRequested || Expires is not { } at)
            {
                return;
            }

            var now = _connection.TimeProvider.GetUtcNow();
            var wait = (at - now) / 4;
            _clock.Set(now + (wait < s_leastRetry ? s_leastRetry : wait));
            _connection.Logger.RefreshFailed(_connection.Id, e.Message);
        }
    }

    private DateTimeOffset? At(int left) => left == 0 ? null : _connection.TimeProvider.GetUtcNow() + TimeSpan.FromMilliseconds(left);

    /// <summary>The margin before they expire, but not in the first half of their life.</summary>
    private DateTimeOffset NextOf(DateTimeOffset expires)
    {
        var now = _connection.TimeProvider.GetUtcNow();
        var half = (expires - now) / 2;
        return half < _margin ? now + half : expires - _margin;
    }
}
